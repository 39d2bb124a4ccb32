/**
 * `npm run import -- <file> [--profile p] [--dry-run]`: take the transactions of a CSV file to the platform's door (docs/imports.md).
 *
 * Exit code: 0 every row was imported; 1 it could not be carried out; 2 wrong use; 3 imported, but for rows in the rejects file;
 * 130 stopped by Ctrl-C.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { GroundswellError } from '@groundswell/domain';
import { investorsText, openImportLane } from './import/lane.ts';
import { planImport, type Constants, type ImportPlan } from './import/plan.ts';
import { previewText, problemsText, rejectsCsv } from './import/preview.ts';
import { loadProfile, profileNames, type Profile } from './import/profile.ts';
import { importPlan, type ImportResult } from './import/run.ts';
import { findTarget, type ImportTarget } from './import/target.ts';
import { groundswellDir, statePaths } from './platform/paths.ts';
import { createStopSignal } from './platform/stop-signal.ts';
import { findPlatform } from './replay/platform.ts';
import { createProgress } from './tape/progress.ts';

interface Flags {
  readonly profile: string;
  readonly dryRun?: true;
  readonly account?: string;
  readonly investor?: string;
  readonly currency?: string;
  readonly rejects?: string;
  readonly lane?: string | true;
  readonly keep?: true;
  readonly stateDir?: string;
}

async function run(file: string, flags: Flags): Promise<number> {
  const profile = loadProfile(flags.profile);
  const plan = await planImport(file, profile, constantsOf(flags));
  if (flags.dryRun) {
    process.stdout.write(previewText(plan));
    process.stdout.write('\nNothing was imported: this was a dry run.\n');
    return plan.rejected.length > 0 ? 3 : 0;
  }
  const stopping = createStopSignal({
    onStop: () => {
      process.stderr.write('Stopping after the request that is under way.\n');
    },
    onSecondSignal: (signal) => process.exit(128 + os.constants.signals[signal]),
  });
  try {
    const result =
      flags.lane === undefined
        ? await post(
            plan,
            profile,
            findTarget(process.env, statePaths(flags.stateDir ?? groundswellDir)),
            stopping.signal,
          )
        : await inLane(plan, profile, flags, stopping);
    return report(plan, profile, result, flags);
  } catch (thrown) {
    if (stopping.failure !== undefined) throw stopping.failure;
    if (stopping.signal.aborted) return 130;
    throw thrown;
  }
}

function constantsOf({ account, investor, currency }: Flags): Constants {
  return {
    ...(account === undefined ? {} : { account }),
    ...(investor === undefined ? {} : { investor }),
    ...(currency === undefined ? {} : { currency }),
  };
}

async function post(
  plan: ImportPlan,
  profile: Profile,
  target: ImportTarget,
  signal: AbortSignal,
): Promise<ImportResult> {
  process.stderr.write(`${plan.rows.length} rows to ${target.from}\n`);
  const progress = createProgress(process.stderr, 'imported', plan.rows.length);
  const posted = progress.update.bind(progress);
  try {
    return await importPlan(plan, profile, target, { signal, nowMs: Date.now, posted });
  } finally {
    progress.end();
  }
}

async function inLane(
  plan: ImportPlan,
  profile: Profile,
  { lane, keep }: Flags,
  { signal, fail }: Pick<ReturnType<typeof createStopSignal>, 'signal' | 'fail'>,
): Promise<ImportResult> {
  const platform = await findPlatform({
    env: process.env,
    signal,
    onProgress: ({ name, state }) => process.stderr.write(`  ${name}: ${state}\n`),
    onFatal: fail,
  });
  try {
    const opened = await openImportLane(platform, {
      lane: typeof lane === 'string' ? lane : `import-${plan.hash.slice(0, 8)}`,
      env: process.env,
      signal,
      onFatal: fail,
      nowMs: Date.now,
      keep: keep ?? false,
    });
    try {
      const result = await post(plan, profile, opened.target, signal);
      process.stdout.write(investorsText(await opened.settled()));
      return result;
    } finally {
      await opened.close();
    }
  } finally {
    await platform.stop();
  }
}

function report(
  { file, header, rows }: ImportPlan,
  { delimiter }: Profile,
  { accepted, rejected, instruments, wasImported }: ImportResult,
  flags: Flags,
): number {
  const { created } = instruments;
  if (created.length > 0) {
    const more = created.length > 10 ? ` and ${created.length - 10} more` : '';
    process.stdout.write(`new instruments: ${created.slice(0, 10).join(', ')}${more}\n`);
  }
  if (wasImported) process.stdout.write('This file was imported before: nothing changed.\n');
  process.stdout.write(`${accepted} of ${rows.length + rejected.length} rows imported`);
  if (rejected.length === 0) {
    process.stdout.write('\n');
    return 0;
  }
  const rejects = flags.rejects ?? `${path.basename(file)}.rejects.csv`;
  fs.writeFileSync(rejects, rejectsCsv(header, rejected, delimiter));
  process.stdout.write(`, ${rejected.length} rejected, kept in ${rejects}\n`);
  process.stdout.write(problemsText(rejected));
  return 3;
}

const program: Command = new Command('import')
  .description(
    'Import the transactions of a CSV file (docs/imports.md). Goes to the platform named by INGEST_URL, INGEST_SECRET and DATABASE_URL, else to the one that npm start runs.',
  )
  .argument('<file>', 'CSV, packed if its name ends in .gz')
  .option(
    '--profile <name>',
    `how its rows are read: ${profileNames().join(', ')}, or a .yaml file`,
    'groundswell',
  )
  .option('--dry-run', 'show what would be imported, and what is wrong with the rest')
  .option('--account <id>', 'account of rows that name none')
  .option('--investor <id>', 'investor of rows that name none')
  .option('--currency <code>', 'currency of rows that name none')
  .option('--rejects <csv>', 'where rows go that cannot be imported; default <file>.rejects.csv')
  .option('--state-dir <dir>', 'where npm start keeps its state')
  .option('--lane [name]', 'import into a lane of its own that ends with the import')
  .option('--keep', 'leave that lane in place')
  .exitOverride()
  .action(async (file: string, flags: Flags) => {
    process.exitCode = await run(file, flags);
  });

try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  else if (thrown instanceof GroundswellError || (thrown instanceof Error && 'syscall' in thrown)) {
    process.stderr.write(`${thrown.message}\n`);
    process.exitCode = 1;
  } else throw thrown;
}
