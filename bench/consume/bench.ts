import { randomBytes } from 'node:crypto';
import { inLane } from '@groundswell/schemas';
import { runScript } from '../harness/node-process.ts';
import type { PlatformEnv } from '../harness/platform.ts';
import { keep, machine } from '../harness/results.ts';
import { estimate, type Estimate } from '../harness/statistics.ts';
import { fillTrades } from './fill.ts';

export interface ConsumeOptions {
  readonly rounds: number;
  readonly events: number;
  readonly symbols: number;
}
interface Run {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly events: number;
  readonly hash: string;
  readonly load: number;
}
type Round = Readonly<Record<ArmName, Run>>;

const WARM_UPS = 2;
/** What derive-market must keep of stock kafkajs's rate, and what our reading alone must make of it (G1). */
const TARGETS = { ours: 0.7, read: 2.5 };
const scripts = {
  stock: 'bench/consume/arm-stock.ts',
  read: 'bench/consume/arm-read.ts',
  ours: 'bench/consume/arm-ours.ts',
  /** The first arm again: what differs between these two is the machine. */
  again: 'bench/consume/arm-stock.ts',
} as const;
type ArmName = keyof typeof scripts;
const ORDER: readonly ArmName[] = ['stock', 'read', 'ours', 'again'];

/**
 * T1: consume, decode, one-minute bars. Stock kafkajs `eachBatch` without durability against our source and codec with the same bars,
 * and against derive-market as it is deployed. One log, read by every arm from its start; rounds run forwards and backwards in turn.
 * @throws Error when the tables of the arms differ (M4)
 */
export async function benchConsume(env: PlatformEnv, options: ConsumeOptions): Promise<string> {
  const lane = `bench-${randomBytes(4).toString('hex')}`;
  const armEnv = { ...env, GW_LANE: lane };
  await runScript('tools/migrate.ts', ['--no-seed'], armEnv);
  await runScript('tools/deploy-schemas.ts', [], armEnv);
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL } = env;
  const { events, symbols } = options;
  await fillTrades({
    brokers: KAFKA_BROKERS.split(','),
    registryUrl: SCHEMA_REGISTRY_URL,
    lane,
    events,
    symbols,
  });
  const run = async (arm: ArmName): Promise<Run> => {
    const began = performance.now();
    const out = await runScript(scripts[arm], [], {
      ...armEnv,
      BROKERS: KAFKA_BROKERS,
      REGISTRY_URL: SCHEMA_REGISTRY_URL,
      LANE: lane,
      TOPIC: inLane(lane, 'market.trade.v1'),
      EVENTS: String(events + symbols),
    });
    const line = out.trim().split('\n').at(-1) ?? '';
    const wallSeconds = (performance.now() - began) / 1000;
    return { ...(JSON.parse(line) as Run), wallSeconds, load: machine().load };
  };
  const rounds: Round[] = [];
  for (let round = -WARM_UPS; round < options.rounds; round += 1) {
    const results = {} as Record<ArmName, Run>;
    for (const arm of round % 2 === 0 ? ORDER : ORDER.toReversed()) results[arm] = await run(arm);
    const hashes = new Set(Object.values(results).map(({ hash }) => hash));
    if (hashes.size > 1) throw new Error(`the arms' tables differ: ${JSON.stringify(results)}`);
    if (round >= 0) rounds.push(results);
  }
  const toStock = (arm: ArmName): Estimate =>
    estimate(rounds.map((round) => round.stock.cpuSeconds / round[arm].cpuSeconds));
  const ratios = { read: toStock('read'), ours: toStock('ours'), again: toStock('again') };
  const file = keep('consume', { ...options, machine: machine(), ratios, rounds });
  return report(rounds, ratios, file);
}

function report(
  rounds: readonly Round[],
  ratios: Readonly<Record<Exclude<ArmName, 'stock'>, Estimate>>,
  file: string,
): string {
  const rate = (arm: ArmName): string => {
    const { median } = estimate(rounds.map((round) => round[arm].events / round[arm].cpuSeconds));
    return `${Math.round(median / 1000)} k events per CPU second`;
  };
  const text = ({ median, low, high }: Estimate): string =>
    `${median.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return [
    `consume: ${rounds.length} rounds, load average ${machine().load.toFixed(1)} on ${machine().cores} cores, equal tables`,
    `  stock eachBatch, nothing kept       ${rate('stock')}`,
    `  our source and codec, nothing kept  ${rate('read')}`,
    `  derive-market, all guarantees       ${rate('ours')}`,
    `  source and codec to stock (G1)      ${text(ratios.read)}, ${verdict(ratios.read, TARGETS.read)}`,
    `  derive-market to stock              ${text(ratios.ours)}, ${verdict(ratios.ours, TARGETS.ours)}`,
    `  A/A, stock to stock                 ${text(ratios.again)}`,
    `  raw values                          ${file}`,
  ].join('\n');
}

function verdict({ low, median }: Estimate, target: number): string {
  const met = low >= target ? 'met' : median >= target ? 'met by the median' : 'missed';
  return `at least ${target}: ${met}`;
}
