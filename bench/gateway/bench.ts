import { runScript } from '../harness/node-process.ts';
import { keep, machine } from '../harness/results.ts';
import { estimate, type Estimate } from '../harness/statistics.ts';
import type { Run } from './arm.ts';
import type { Load } from './load.ts';

const TARGET = 20;
const WARM_UPS = 1;
const scripts = {
  rooms: 'bench/gateway/arm-rooms.ts',
  ours: 'bench/gateway/arm-ours.ts',
  /** The first arm again: what differs between these two is the machine. */
  again: 'bench/gateway/arm-rooms.ts',
} as const;
type ArmName = keyof typeof scripts;
const ORDER: readonly ArmName[] = ['rooms', 'ours', 'again'];
type Round = Readonly<Record<ArmName, Run>>;

/**
 * G5: updates that clients were owed, per CPU second of the server: a frame of latest values per client against an emit per update into
 * rooms. Same clients, same updates at the same times; rounds run forwards and backwards in turn.
 * @throws Error when the clients of the arms end with different values (M4)
 */
export async function benchGateway(load: Load & { readonly rounds: number }): Promise<string> {
  const env = { ...process.env, LOAD: JSON.stringify(load) };
  const run = async (arm: ArmName): Promise<Run> => {
    const out = await runScript(scripts[arm], [], { ...env, ARM: arm });
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Run;
  };
  const rounds: Round[] = [];
  for (let round = -WARM_UPS; round < load.rounds; round += 1) {
    const results = {} as Record<ArmName, Run>;
    for (const arm of round % 2 === 0 ? ORDER : ORDER.toReversed()) results[arm] = await run(arm);
    const hashes = new Set(Object.values(results).map(({ hash }) => hash));
    if (hashes.size > 1) throw new Error(`clients ended differently: ${JSON.stringify(results)}`);
    if (round >= 0) rounds.push(results);
  }
  const ratio = estimate(rounds.map(({ rooms, ours }) => rooms.cpuSeconds / ours.cpuSeconds));
  const same = estimate(rounds.map(({ rooms, again }) => rooms.cpuSeconds / again.cpuSeconds));
  const file = keep('gateway', { load, machine: machine(), ratio, same, rounds });
  return report(load, rounds, ratio, same, file);
}

function report(
  load: Load,
  rounds: readonly Round[],
  ratio: Estimate,
  same: Estimate,
  file: string,
): string {
  const rate = (arm: ArmName): string => {
    const { median } = estimate(rounds.map((round) => round[arm].owed / round[arm].cpuSeconds));
    const cores = estimate(rounds.map((round) => round[arm].cpuSeconds / round[arm].wallSeconds));
    return `${Math.round(median / 1000)} k owed updates per CPU second, ${cores.median.toFixed(2)} cores`;
  };
  const text = ({ median, low, high }: Estimate): string =>
    `${median.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
  const owed = (rounds[0]?.rooms.owed ?? 0) / load.seconds;
  return [
    `gateway: ${rounds.length} rounds of ${load.seconds} s, load average ${machine().load.toFixed(1)} on ${machine().cores} cores, equal ends`,
    `  ${load.clients} clients, ${load.subscriptions} of ${load.instruments} instruments each, ${load.updatesPerSecond} updates/s: ${Math.round(owed)} owed/s`,
    `  rooms, an emit per update           ${rate('rooms')}`,
    `  serve-live, a frame per client      ${rate('ours')}`,
    `  ratio to rooms (G5)                 ${text(ratio)}, at least ${TARGET}: ${ratio.low >= TARGET ? 'met' : ratio.median >= TARGET ? 'met by the median' : 'missed'}`,
    `  A/A, rooms to rooms                 ${text(same)}`,
    `  raw values                          ${file}`,
  ].join('\n');
}
