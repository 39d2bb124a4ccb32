/**
 * `npm run replay -- <tape> [--speed n|max] [--keep] [--json <file>] [--bars <csv>] [--labels]`: play a tape (docs/tapes.md) through the real
 * services in a lane of its own, and compare what they publish with a recomputation from the tape.
 *
 * Exit code: 0 equal to the oracle; 1 different, or it could not be carried out; 2 wrong use; 130 stopped by Ctrl-C.
 */
import fs from 'node:fs';
import os from 'node:os';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { GroundswellError } from '@groundswell/domain';
import { createStopSignal } from './platform/stop-signal.ts';
import { agreements } from './replay/agreement.ts';
import { findPlatform, type ReplayPlatform } from './replay/platform.ts';
import { agreementsText, reportText } from './replay/print.ts';
import { isEqual, type ReplayReport } from './replay/report.ts';
import { postsOf } from './replay/resolve.ts';
import { prepareTape, replayTape, type ReplayObserver } from './replay/run.ts';
import { createProgress, type Progress } from './tape/progress.ts';

interface Flags {
  readonly speed: number | 'max';
  readonly keep?: true;
  readonly json?: string;
  readonly bars?: string;
  readonly labels?: true;
}

function speedOf(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new InvalidArgumentError('It is a number above 0, or max.');
}

/** How good the scorers are on a tape's labels needs neither a platform nor what the services say. */
async function judgeScorers(tapeFile: string): Promise<number> {
  const { resolved } = await prepareTape(tapeFile);
  const found = agreements(postsOf(resolved), []);
  process.stdout.write(agreementsText(found));
  return found.length === 0 ? 1 : 0;
}

async function run(tapeFile: string, flags: Flags): Promise<number> {
  const stopping = createStopSignal({
    onStop: () => {
      process.stderr.write('Stopping; Ctrl-C again leaves the lane as it is.\n');
    },
    onSecondSignal: (signal) => process.exit(128 + os.constants.signals[signal]),
  });
  let platform: ReplayPlatform | undefined;
  try {
    const tape = await prepareTape(tapeFile);
    platform = await findPlatform({
      env: process.env,
      signal: stopping.signal,
      onProgress: ({ name, state }) => process.stderr.write(`  ${name}: ${state}\n`),
      onFatal: stopping.fail,
    });
    process.stderr.write(`${tape.events.length} events on ${platform.from}\n`);
    const report = await replayTape(tape, platform, {
      tape: tapeFile,
      speed: flags.speed,
      keep: flags.keep ?? false,
      vendorBars: flags.bars ?? null,
      env: process.env,
      signal: stopping.signal,
      onFatal: stopping.fail,
      observer: createObserver(),
      nowMs: Date.now,
    });
    process.stdout.write(reportText(report));
    if (flags.keep) process.stdout.write(`lane ${report.lane} is kept\n`);
    if (flags.json !== undefined) writeJson(flags.json, report);
    return isEqual(report) ? 0 : 1;
  } catch (thrown) {
    if (stopping.failure !== undefined) throw stopping.failure;
    if (stopping.signal.aborted) return 130;
    throw thrown;
  } finally {
    await platform?.stop();
  }
}

/** One line per phase: what is said ends the line that was drawn. */
function createObserver(): ReplayObserver {
  let phase: { readonly name: string; readonly progress: Progress } | undefined;
  const progressOf = (name: string, total?: number): Progress => {
    if (phase?.name !== name) {
      phase?.progress.end();
      phase = { name, progress: createProgress(process.stderr, name, total) };
    }
    return phase.progress;
  };
  return {
    step: (text) => {
      phase?.progress.end();
      phase = undefined;
      process.stderr.write(`${text}\n`);
    },
    publishing: (published, total) => {
      progressOf('published', total).update(published);
    },
    settling: ({ undecided, decided, outboxRows, openEntities }) => {
      progressOf('decided').update(
        decided,
        `${undecided} to go, ${outboxRows} to publish, ${openEntities} with open windows`,
      );
    },
  };
}

function writeJson(file: string, report: ReplayReport): void {
  fs.writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

const program: Command = new Command('replay')
  .description(
    'Play a tape through the real services in a lane of its own and compare the outcome with a recomputation. Uses the platform named by KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL, else the one that npm start runs, else starts the parts itself.',
  )
  .argument('<tape>', 'tape to play, .jsonl or .jsonl.gz')
  .option('--speed <n|max>', 'multiple of event time', speedOf, 'max')
  .option('--keep', 'leave the lane in place')
  .option('--json <file>', 'write the report as JSON too')
  .option('--labels', 'only compare our scorers with the labels of the tape; needs no platform')
  .option('--bars <csv>', "a vendor's minute bars of the tape's day to compare with")
  .exitOverride()
  .action(async (tape: string, flags: Flags) => {
    process.exitCode = flags.labels ? await judgeScorers(tape) : await run(tape, flags);
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
