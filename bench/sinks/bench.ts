import { randomBytes } from 'node:crypto';
import { runScript } from '../harness/node-process.ts';
import type { PlatformEnv } from '../harness/platform.ts';
import { keep, machine } from '../harness/results.ts';
import { estimate, type Estimate } from '../harness/statistics.ts';
import type { Run } from './arm.ts';

export interface SinkOptions {
  readonly rounds: number;
  readonly rows: number;
  readonly passes: number;
}

/** Rows a second, and how many times less CPU of Node. */
const TARGETS = { rate: 2.8, cpu: 8 };
const BATCH = 1000;
const WARM_UPS = 1;
const scripts = {
  bulk: 'bench/sinks/arm-bulk.ts',
  unnest: 'bench/sinks/arm-unnest.ts',
  /** The first arm again: what differs between these two is the machine. */
  again: 'bench/sinks/arm-bulk.ts',
} as const;
type ArmName = keyof typeof scripts;
const ORDER: readonly ArmName[] = ['bulk', 'unnest', 'again'];
type Round = Readonly<Record<ArmName, Run>>;

/**
 * G6: upserts of latest rows into real Postgres, batches of 1,000, one connection, synchronous commit. Sequelize's `bulkCreate` against
 * UNNEST through our door. Rounds run forwards and backwards in turn.
 * @throws Error when the arms leave different tables (M4)
 */
export async function benchSinks(env: PlatformEnv, options: SinkOptions): Promise<string> {
  const lane = `bench-${randomBytes(4).toString('hex')}`;
  const run = async (arm: ArmName): Promise<Run> => {
    const out = await runScript(scripts[arm], [], {
      ...env,
      LANE: lane,
      ROWS: String(options.rows),
      PASSES: String(options.passes),
      BATCH: String(BATCH),
    });
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Run;
  };
  const rounds: Round[] = [];
  for (let round = -WARM_UPS; round < options.rounds; round += 1) {
    const results = {} as Record<ArmName, Run>;
    for (const arm of round % 2 === 0 ? ORDER : ORDER.toReversed()) results[arm] = await run(arm);
    const hashes = new Set(Object.values(results).map(({ hash }) => hash));
    if (hashes.size > 1) throw new Error(`the arms' tables differ: ${JSON.stringify(results)}`);
    if (round >= 0) rounds.push(results);
  }
  const toBulk = (arm: ArmName, of: 'wallSeconds' | 'cpuSeconds'): Estimate =>
    estimate(rounds.map((round) => round.bulk[of] / round[arm][of]));
  const ratios = {
    rate: toBulk('unnest', 'wallSeconds'),
    cpu: toBulk('unnest', 'cpuSeconds'),
    sameRate: toBulk('again', 'wallSeconds'),
    sameCpu: toBulk('again', 'cpuSeconds'),
  };
  const file = keep('sinks', { ...options, machine: machine(), ratios, rounds });
  return report(rounds, ratios, file);
}

function report(
  rounds: readonly Round[],
  ratios: Readonly<Record<'rate' | 'cpu' | 'sameRate' | 'sameCpu', Estimate>>,
  file: string,
): string {
  const line = (arm: ArmName): string => {
    const rate = estimate(rounds.map((round) => round[arm].rows / round[arm].wallSeconds));
    const cpu = estimate(rounds.map((round) => (round[arm].cpuSeconds / round[arm].rows) * 1e6));
    return `${Math.round(rate.median / 1000)} k rows/s, ${cpu.median.toFixed(1)} us of Node a row`;
  };
  const text = ({ median, low, high }: Estimate): string =>
    `${median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  return [
    `sinks: ${rounds.length} rounds, load average ${machine().load.toFixed(1)} on ${machine().cores} cores, equal tables`,
    `  Sequelize bulkCreate                ${line('bulk')}`,
    `  UNNEST                              ${line('unnest')}`,
    `  rows a second to bulkCreate (G6)    ${text(ratios.rate)}, ${verdict(ratios.rate, TARGETS.rate)}`,
    `  less CPU of Node (G6)               ${text(ratios.cpu)}, ${verdict(ratios.cpu, TARGETS.cpu)}`,
    `  A/A, rows a second and CPU          ${text(ratios.sameRate)}, ${text(ratios.sameCpu)}`,
    `  raw values                          ${file}`,
  ].join('\n');
}

function verdict({ low, median }: Estimate, target: number): string {
  const met = low >= target ? 'met' : median >= target ? 'met by the median' : 'missed';
  return `at least ${target}: ${met}`;
}
