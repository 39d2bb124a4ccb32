/**
 * `npm run convert -- <kind> ... --out <tape>`: third-party data as a tape (docs/tapes.md) for `npm run replay`.
 *
 * Exit code: 0 written; 1 the input is not usable; 2 wrong use.
 */
import fs from 'node:fs';
import { Command, CommanderError } from 'commander';
import { GroundswellError } from '@groundswell/domain';
import { convertAig } from './convert/aig.ts';
import type { Conversion } from './convert/converter.ts';
import { convertSentfin, convertTfns, convertTweets } from './convert/labelled.ts';
import { convertPyfolio } from './convert/pyfolio.ts';
import { convertTenInvestors } from './convert/ten-investors.ts';
import { createProgress } from './tape/progress.ts';
import { writeTape } from './tape/index.ts';

const OUT = ['--out <tape>', 'tape to write; packed if it ends in .gz'] as const;

async function write(conversion: Conversion, out: string): Promise<void> {
  const { header, events } = conversion;
  const progress = createProgress(process.stderr, 'written');
  async function* counted() {
    let count = 0;
    for await (const event of events) {
      yield event;
      progress.update((count += 1));
    }
  }
  const count = await writeTape(out, header, counted());
  progress.end();
  const { size } = await fs.promises.stat(out);
  process.stdout.write(
    `${out}: ${count} events, ${header.instruments.length} instruments, ${size} bytes (${header.name}; ${header.licence})\n`,
  );
}

const program: Command = new Command('convert')
  .description('Convert third-party data into a tape for `npm run replay`.')
  .exitOverride();
program
  .command('aig')
  .description('trade prints of AIG of one day (QuantConnect/Lean)')
  .requiredOption('--ticks <csv>', 'aig_20131007_trade_ticks.csv or .csv.gz')
  .requiredOption(...OUT)
  .action((options: { ticks: string; out: string }) =>
    write(convertAig(options.ticks), options.out),
  );
program
  .command('ten-investors')
  .description('executions and prices of ten private investors (dispositionEffect)')
  .requiredOption('--transactions <csv>', 'ten_investors_transactions.csv or .csv.gz')
  .requiredOption('--prices <csv>', 'ten_investors_marketprices_of_held_assets.csv or .csv.gz')
  .requiredOption(...OUT)
  .action(async (options: { transactions: string; prices: string; out: string }) => {
    await write(await convertTenInvestors(options), options.out);
  });
program
  .command('pyfolio')
  .description('simulated executions of one US account (quantopian/pyfolio)')
  .requiredOption('--transactions <csv>', 'test_txn.csv or .csv.gz')
  .requiredOption(...OUT)
  .action(async (options: { transactions: string; out: string }) => {
    await write(await convertPyfolio(options.transactions), options.out);
  });
for (const [name, description, convert] of [
  ['sentfin', 'labelled headlines (SEntFiN)', convertSentfin],
  ['tfns', 'labelled finance posts (TFNS); the texts must not be passed on', convertTfns],
  ['tweets', 'tweet-like texts with ratings (VADER)', convertTweets],
] as const) {
  program
    .command(name)
    .description(description)
    .requiredOption('--texts <jsonl>', 'file of the labelled texts, .jsonl or .jsonl.gz')
    .requiredOption(...OUT)
    .action(async (options: { texts: string; out: string }) => {
      await write(await convert(options.texts), options.out);
    });
}

try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  else if (thrown instanceof GroundswellError || isSystemError(thrown)) {
    process.stderr.write(`${thrown.message}\n`);
    process.exitCode = 1;
  } else throw thrown;
}

/** The disk or the path, not our code. */
function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'syscall' in thrown;
}
