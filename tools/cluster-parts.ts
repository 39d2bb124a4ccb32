/**
 * `npm run cluster-parts -- plan|install|status`: what our chart needs beside it, from the list `infra/cluster/parts.yaml`, by helm and
 * kubectl. `plan` compares and changes nothing; `install` may be repeated. Needs helm >= 3.14, kubectl and a kubeconfig (KUBECONFIG).
 */
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { readParts, type Part } from './cluster-parts/catalogue.ts';
import { choose } from './cluster-parts/choose.ts';
import { callsOf, install } from './cluster-parts/install.ts';
import { CallFailed, demand, missingSecrets, planAll, type Door } from './cluster-parts/look.ts';
import type { Target } from './cluster-parts/calls.ts';
import { remedyFor } from './cluster-parts/remedies.ts';
import { rowsOf } from './cluster-parts/rows.ts';
import { findTrouble } from './cluster-parts/trouble.ts';
import { run } from './verify/run.ts';

const ACTIONS = ['plan', 'install', 'status'] as const;
type Action = (typeof ACTIONS)[number];
interface Options {
  readonly only: readonly string[];
  readonly with: readonly string[];
  readonly except: readonly string[];
  readonly context?: string;
  readonly timeout: string;
  readonly chartsFrom?: string;
  readonly dryRun?: true;
}

const names = (text: string): readonly string[] => text.split(',').filter((name) => name !== '');
const command: Command = new Command('cluster-parts')
  .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
  .option('--only <names>', 'these parts and no others, with commas', names, [])
  .option('--with <names>', 'these besides those that are installed by default', names, [])
  .option('--except <names>', 'not these', names, [])
  .option(
    '--context <name>',
    'context of the kubeconfig; install needs it, plan and status else take the current one',
  )
  .option('--timeout <duration>', 'longest wait for one part', '10m')
  .option('--charts-from <url>', 'a chart repository of your own (https:// or oci://) that has all')
  .option('--dry-run', 'print the calls of an install and stop')
  .addHelpText('after', '\nParts and what they are for: infra/cluster/README.md')
  .parse();
const action = command.processedArgs[0] as Action;
const options = command.opts<Options>();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const door: Door = ({ program, args, input }) =>
  run(program, args, { timeoutMs: 3_600_000, ...(input === undefined ? {} : { input }) });

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (thrown) {
  if (!(thrown instanceof CallFailed)) {
    command.error(thrown instanceof Error ? thrown.message : String(thrown));
  }
  say(`✖ ${thrown.message}`);
  for (const line of thrown.ran.output.trimEnd().split('\n').slice(-15)) say(`    | ${line}`);
  say(`  To do: ${remedyFor(thrown.ran.output)}.`);
  process.exitCode = 1;
}

async function main(): Promise<boolean> {
  const parts = readParts(join(import.meta.dirname, '../infra/cluster/parts.yaml'));
  const chosen = action === 'status' ? statusParts(parts) : choose(parts, options);
  if (action === 'install' && options.context === undefined) {
    throw new Error(
      'install needs --context <name>, so that it cannot reach a cluster that was not meant: kubectl config get-contexts',
    );
  }
  const trouble = await findTrouble(door, options.context);
  if (trouble !== undefined) throw new Error(trouble);
  const context = options.context ?? (await currentContext());
  const { timeout, chartsFrom } = options;
  const target: Target = { context, timeout, ...(chartsFrom === undefined ? {} : { chartsFrom }) };
  say(`cluster: ${context}`);

  const steps = await planAll(door, target, chosen);
  const refused = steps.filter((step) => step.action === 'refuse');
  if (action !== 'install' || refused.length > 0 || options.dryRun) {
    for (const row of rowsOf(steps, action === 'status')) say(row);
  }
  if (action === 'status') return true;
  if (refused.length > 0) {
    say(`Nothing was changed: ${refused.length} refused.`);
    return false;
  }
  if (options.dryRun) {
    for (const { program, args } of callsOf(target, steps)) say(`${program} ${args.join(' ')}`);
  }
  if (action === 'plan' || options.dryRun) {
    for (const line of await missingSecrets(door, target, chosen)) say(`missing secret: ${line}`);
    return true;
  }
  return install(door, target, steps, { say, nowMs: () => performance.now() });
}

/** All of them, unless some are named. */
function statusParts(parts: readonly Part[]): readonly Part[] {
  const all = options.only.length > 0 ? [] : parts.map(({ name }) => name);
  return choose(parts, { ...options, with: [...options.with, ...all] });
}

async function currentContext(): Promise<string> {
  const current = { program: 'kubectl', args: ['config', 'current-context'] } as const;
  return (await demand(door, current)).trim();
}
