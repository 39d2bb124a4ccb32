import type { Mutant } from '../mutant.ts';
import { backupMutants } from './backups.ts';
import { bookMutants } from './books.ts';
import { coreMutants } from './core.ts';
import { edgeMutants } from './edges.ts';
import { servingMutants } from './serving.ts';
import { traceMutants } from './traces.ts';

export const mutants: readonly Mutant[] = [
  ...coreMutants,
  ...bookMutants,
  ...edgeMutants,
  ...servingMutants,
  ...traceMutants,
  ...backupMutants,
];
