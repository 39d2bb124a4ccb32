/**
 * `npm run verify:deploy`: every check of what deploys the platform, by the real tools. Prints a table tool by tool and exits
 * non-zero when one failed. A missing tool is "not run", with the command that gets it, and with `--strict` a failure; `--get` fetches what
 * comes from Go modules, PyPI and npm into GW_TOOLS_DIR (`.groundswell/tools`), and Go itself where it is missing or too old.
 *
 * `npm run verify:deploy -- --only chart,terraform --except cluster`: by words that a check's name or its tool's name holds. `--help` names them all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withGo } from './verify/go.ts';
import { checks } from './verify/registry.ts';
import { run } from './verify/run.ts';
import { getTool, howToGet, locate } from './verify/tool-cache.ts';
import { failed, notRun, type Check, type Outcome, type Tool } from './verify/types.ts';
import { choose, verdictOf } from './verify/verdict.ts';

const rootDir = join(import.meta.dirname, '..');
const toolsDir = resolve(rootDir, process.env['GW_TOOLS_DIR'] ?? '.groundswell/tools');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wordsOf = (text: string): string[] => text.split(',').filter((word) => word !== '');
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    except: { type: 'string', default: '' },
    get: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});
const chosen = choose(checks, {
  only: [...positionals, ...wordsOf(options.only)],
  except: wordsOf(options.except),
});

if (options.help || options.list) {
  say('npm run verify:deploy [-- --only <words>] [--except <words>] [--get] [--strict] [--help]');
  say('  --get fetches missing tools into GW_TOOLS_DIR; words are parts of names, with commas.');
  say('  --strict: what is not run counts as failed. Without it only what failed does.\n');
  for (const { name, tools } of checks)
    say(`  ${name} (${tools.map((one) => one.name).join(', ')})`);
  process.exit(0);
}
// A mistyped word would choose nothing, and nothing would be wrong.
if (chosen.length === 0) {
  say('No check is called so; --help names them all.');
  process.exit(1);
}
if (options.get) await getMissing(chosen.flatMap(({ tools }) => tools));

const rows: (readonly [Check, Outcome])[] = [];
for (const check of chosen) {
  const outcome = await runCheck(check);
  rows.push([check, outcome]);
  say(rowOf(check, outcome));
  if (outcome.status === 'failed' && outcome.output !== undefined) {
    say(outcome.output.trimEnd().replaceAll(/^/gm, '    | '));
  }
}
const { summary, exitCode } = verdictOf(
  rows.map(([, outcome]) => outcome),
  options.strict,
);
say(`\n${summary}`);
process.exitCode = exitCode;

async function runCheck(check: Check): Promise<Outcome> {
  const missing = check.tools.filter((tool) => locate(tool, toolsDir) === undefined);
  if (missing.length > 0) {
    return notRun(missing.map((tool) => `no ${tool.name}: ${howToGet(tool)}`).join('; '));
  }
  const workDir = mkdtempSync(join(tmpdir(), 'gw-verify-'));
  const pathOf = (tool: Tool): string => locate(tool, toolsDir) ?? tool.name;
  try {
    return await check.run({ rootDir, toolsDir, workDir, run, pathOf });
  } catch (thrown) {
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return failed('the check itself broke', text);
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

async function getMissing(tools: readonly Tool[]): Promise<void> {
  const missing = [...new Set(tools)].filter((tool) => locate(tool, toolsDir) === undefined);
  const isBuilt = missing.some(({ source }) => source.kind === 'go' || source.kind === 'build');
  const found = isBuilt ? await withGo({ toolsDir, run }) : run;
  if (typeof found === 'string') say(`  go: ${found}`);
  const context = { toolsDir, run: typeof found === 'string' ? run : found };
  for (const tool of missing) {
    // One build may have brought two.
    if (locate(tool, toolsDir) !== undefined) continue;
    say(`getting ${tool.name} ...`);
    const problem = await getTool(tool, context);
    if (problem !== undefined) say(`  ${tool.name}: ${problem}`);
  }
}

function rowOf({ name, tools }: Check, outcome: Outcome): string {
  const sign = { passed: '✔', failed: '✖', 'not run': '-' }[outcome.status];
  const detail = outcome.status === 'not run' ? outcome.why : outcome.detail;
  const tool = tools[0]?.name ?? 'node';
  return `${sign} ${tool.padEnd(16)} ${name.padEnd(44)} ${outcome.status.padEnd(8)} ${detail}`;
}
