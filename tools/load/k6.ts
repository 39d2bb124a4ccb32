import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { demand, getTool, locate } from '../verify/tool-cache.ts';
import type { Tool, ToolContext } from '../verify/types.ts';
import { LoadError } from './errors.ts';

const VERSION = '2.2.0';

/**
 * Built from its Go module, whose versions `tools/load/k6` pins: `go install` of a version fails for it. Only ours counts, since
 * another k6 may speak another language.
 */
export const k6: Tool = {
  name: 'k6',
  ownOnly: true,
  source: { kind: 'build', what: `go build of go.k6.io/k6/v2 v${VERSION}`, build: buildK6 },
};

async function buildK6(context: ToolContext): Promise<void> {
  const dir = join(context.toolsDir, 'k6-build');
  mkdirSync(dir, { recursive: true });
  // A copy: building must not touch what is committed.
  cpSync(join(import.meta.dirname, 'k6'), dir, { recursive: true });
  const args = ['build', '-o', join(context.toolsDir, 'bin/k6'), 'go.k6.io/k6/v2'];
  await demand(context, 'go', args, { GOFLAGS: '-mod=readonly -buildvcs=false -p=1' }, dir);
  rmSync(dir, { recursive: true, force: true });
}

/**
 * The path of k6; it is built first where it is missing, about a minute of two idle cores.
 * @throws LoadError in one sentence that says how to get what is missing
 */
export async function requireK6(
  context: ToolContext,
  say: (line: string) => void,
): Promise<string> {
  const found = locate(k6, context.toolsDir);
  if (found !== undefined) return found;
  const go = await context.run('go', ['version']);
  if (go.code !== 0) {
    throw new LoadError(
      'k6 is built from source and needs Go >= 1.26: npm run verify:deploy -- --get --only k6 gets both (python3-venv), or install Go from https://go.dev/dl.',
    );
  }
  say(`Building k6 ${VERSION} into ${context.toolsDir} (once, a few minutes) ...`);
  const problem = await getTool(k6, context);
  if (problem !== undefined) throw new LoadError(`k6 could not be built: ${problem}`);
  return join(context.toolsDir, 'bin/k6');
}
