import { spawnSync } from 'node:child_process';

/** For `node`: the program from its source, as a person runs it from a checkout. */
export const OPERATE = ['--conditions=@groundswell/source', 'tools/operate.ts'] as const;

export interface Said {
  readonly status: number | null;
  /** Both streams. */
  readonly said: string;
}

/** One run of `tools/operate.ts` in a lane, to its end. */
export function runOperate(lane: string, args: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...OPERATE, ...args], {
    encoding: 'utf8',
    env: { ...process.env, GW_LANE: lane },
  });
  return { status, said: stdout + stderr };
}
