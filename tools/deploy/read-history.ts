import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NAME } from './plan.ts';
import type { Revision } from './history.ts';

const execute = promisify(execFile);

interface Row {
  readonly revision: number;
  readonly status: string;
  readonly description: string;
  readonly app_version: string;
}
interface Values {
  readonly image: { readonly tag: string };
  readonly rollout: {
    readonly strategy: string;
    readonly blueGreen: {
      readonly active: string;
      readonly blueTag: string;
      readonly greenTag: string;
    };
  };
}

/** What helm knows of the release in the cluster: ten revisions, unless it is told to keep more. @throws what helm said */
export async function readHistory(): Promise<readonly Revision[]> {
  const rows = (await helm('history', NAME)) as readonly Row[];
  // At once: a rollback has a minute.
  return Promise.all(
    rows.map(async ({ app_version: version, ...row }) => {
      const at = ['--revision', String(row.revision), '--all'];
      const { image, rollout } = (await helm('get', 'values', NAME, ...at)) as Values;
      const { active, blueTag, greenTag } = rollout.blueGreen;
      const colour = active === 'green' ? greenTag : blueTag;
      return {
        ...row,
        isCanary: rollout.strategy === 'canary',
        tag: (rollout.strategy === 'blueGreen' ? colour : '') || image.tag || version,
      };
    }),
  );
}

async function helm(...args: readonly string[]): Promise<unknown> {
  const flags = ['--namespace', NAME, '--output', 'json'];
  return JSON.parse((await execute('helm', [...args, ...flags])).stdout);
}
