import { hash } from 'node:crypto';
import type { Value } from '../database.ts';

/** Rows as columns, for UNNEST: one statement of one shape for any number of rows. */
export function columns<Row>(
  rows: readonly Row[],
  pick: readonly ((row: Row) => Value)[],
): readonly Value[] {
  return pick.map((value) => rows.map(value));
}

export const sha256 = (bytes: Uint8Array | string): Buffer => hash('sha256', bytes, 'buffer');
