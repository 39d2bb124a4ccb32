/**
 * `npm run deploy -- release|canary|promote|rollback`: what the pipeline does to the cluster that kubectl points at, and what a person can do
 * from a desk. Needs helm >= 3.14 and a kubeconfig (KUBECONFIG). `--dry-run` changes nothing and prints the call.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { revisionToGoBackTo } from './deploy/history.ts';
import { ACTIONS, rollbackArguments, upgradeArguments, type Action } from './deploy/plan.ts';
import { readHistory } from './deploy/read-history.ts';

interface Options {
  readonly tag?: string;
  readonly values: readonly string[];
  readonly digests?: string;
  readonly weight: number;
  readonly revision?: number;
  readonly dryRun?: true;
}

const collect = (file: string, files: readonly string[]): readonly string[] => [...files, file];
const integer =
  (lowest: number, highest: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`an integer from ${lowest} to ${highest}`);
  };

const command: Command = new Command('deploy')
  .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
  .option('--tag <version>', 'version of the images; all but rollback need it')
  .option('--values <file>', 'values of the chart; may be repeated, the last one wins', collect, [])
  .option('--digests <folder>', 'where digest-*.yaml say which images the tag is (not for canary)')
  .option('--weight <percent>', 'share of the requests that a canary takes', integer(1, 99), 5)
  .option(
    '--revision <n>',
    'where rollback goes; left out, the newest good release of another version that no rollback took back; beside a canary, the stable one',
    integer(1, 1e9),
  )
  .option('--dry-run', 'print the call of helm and stop; rollback still reads the history')
  .parse();
const action = command.processedArgs[0] as Action;
const options = command.opts<Options>();

const args = action === 'rollback' ? await rollback() : upgrade(action);
process.stdout.write(`helm ${args.join(' ')}\n`);
if (options.dryRun !== true) {
  const ran = spawnSync('helm', [...args], {
    cwd: join(import.meta.dirname, '..'),
    stdio: 'inherit',
  });
  if (ran.error !== undefined) command.error(`helm could not be started: ${ran.error.message}`);
  process.exitCode = ran.status ?? 1;
}

function upgrade(wanted: Exclude<Action, 'rollback'>): readonly string[] {
  const { tag, values, digests, weight } = options;
  if (tag === undefined) command.error(`${wanted} needs --tag`);
  if (options.revision !== undefined) command.error(`${wanted} takes no --revision`);
  if (digests === undefined) return upgradeArguments(wanted, { tag, valueFiles: values, weight });
  // Digests are of the tag that all requests go to, which a canary leaves as it is.
  if (wanted === 'canary') command.error('canary takes no --digests: it runs by its tag');
  const files = globSync(join(digests, 'digest-*.yaml')).toSorted();
  if (files.length === 0) command.error(`no digest-*.yaml in ${digests}`);
  return upgradeArguments(wanted, { tag, valueFiles: [...values, ...files], weight });
}

async function rollback(): Promise<readonly string[]> {
  if (options.revision !== undefined) return rollbackArguments(options.revision);
  const history = await readHistory().catch((thrown: unknown) =>
    command.error(thrown instanceof Error ? thrown.message : String(thrown)),
  );
  const revision = revisionToGoBackTo(history);
  return revision === undefined
    ? command.error(
        'there is nothing to go back to: helm history has no older good release of another version; --revision <n> names one by hand',
      )
    : rollbackArguments(revision);
}
