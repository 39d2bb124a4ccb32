/**
 * `npm run deploy -- release|canary|promote|rollback`: what the pipeline does to the cluster that kubectl points at, and what a person can do
 * from a desk. Needs helm and a kubeconfig (KUBECONFIG). `--dry-run` only prints the call.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { ACTIONS, helmArguments, type Action } from './deploy/plan.ts';

interface Options {
  readonly tag?: string;
  readonly values: readonly string[];
  readonly weight: number;
  readonly dryRun?: true;
}

const collect = (file: string, files: readonly string[]): readonly string[] => [...files, file];
const percent = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 99) return value;
  throw new InvalidArgumentError('an integer from 1 to 99');
};

const command: Command = new Command('deploy')
  .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
  .option('--tag <version>', 'version of the images')
  .option('--values <file>', 'values of the chart; may be repeated, the last one wins', collect, [])
  .option('--weight <percent>', 'share of the requests that a canary takes', percent, 5)
  .option('--dry-run', 'print the call of helm and stop')
  .parse();
const action = command.processedArgs[0] as Action;
const { tag, values, weight, dryRun } = command.opts<Options>();
if (tag === undefined && action !== 'rollback') command.error(`${action} needs --tag`);

const args = helmArguments(action, { tag: tag ?? '', valueFiles: values, weight });
process.stdout.write(`helm ${args.join(' ')}\n`);
if (dryRun !== true) {
  const ran = spawnSync('helm', [...args], {
    cwd: join(import.meta.dirname, '..'),
    stdio: 'inherit',
  });
  if (ran.error !== undefined) command.error(`helm could not be started: ${ran.error.message}`);
  process.exitCode = ran.status ?? 1;
}
