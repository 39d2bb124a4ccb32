import { runScript } from '../harness/node-process.ts';
import { keep, machine } from '../harness/results.ts';
import { estimate, type Estimate } from '../harness/statistics.ts';
import type { Run } from './measure.ts';

const TARGET = 3;
const WARM_UPS = 1;
const scripts = {
  npm: 'bench/sentiment/arm-npm.ts',
  ours: 'bench/sentiment/arm-ours.ts',
  /** The first arm again: what differs between these two is the machine. */
  again: 'bench/sentiment/arm-npm.ts',
} as const;
type ArmName = keyof typeof scripts;
const ORDER: readonly ArmName[] = ['npm', 'ours', 'again'];
type Round = Readonly<Record<ArmName, Run>>;

/**
 * G8: texts per CPU second of the rule scorer in plain mode against npm vader-sentiment, same texts, one process per arm and round, forwards
 * and backwards in turn. The gate is ours alone: the npm port itself differs from the original.
 * @throws Error when our arm disagrees with the original on a text (M4)
 */
export async function benchSentiment(options: {
  readonly rounds: number;
  readonly passes: number;
}): Promise<string> {
  const env = { ...process.env, PASSES: String(options.passes) };
  const run = async (arm: ArmName): Promise<Run> =>
    JSON.parse((await runScript(scripts[arm], [], env)).trim()) as Run;
  const rounds: Round[] = [];
  for (let round = -WARM_UPS; round < options.rounds; round += 1) {
    const results = {} as Record<ArmName, Run>;
    for (const arm of round % 2 === 0 ? ORDER : ORDER.toReversed()) results[arm] = await run(arm);
    if (results.ours.differing > 0)
      throw new Error(`${results.ours.differing} texts differ from the original`);
    if (round >= 0) rounds.push(results);
  }
  const ratio = estimate(rounds.map(({ npm, ours }) => npm.cpuSeconds / ours.cpuSeconds));
  const same = estimate(rounds.map(({ npm, again }) => npm.cpuSeconds / again.cpuSeconds));
  const file = keep('sentiment', { ...options, machine: machine(), ratio, same, rounds });
  return report(rounds, ratio, same, file);
}

function report(rounds: readonly Round[], ratio: Estimate, same: Estimate, file: string): string {
  const microseconds = (arm: ArmName): string => {
    const { median } = estimate(
      rounds.map((round) => (round[arm].cpuSeconds / round[arm].texts) * 1e6),
    );
    return `${median.toFixed(1)} us CPU a text`;
  };
  const text = ({ median, low, high }: Estimate): string =>
    `${median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  const { load, cores } = machine();
  return [
    `sentiment: ${rounds.length} rounds, load average ${load.toFixed(1)} on ${cores} cores, plain equal to the original, posts of ${(rounds[0]?.npm.length ?? 0).toFixed(0)} characters`,
    `  npm vader-sentiment                 ${microseconds('npm')}, ${rounds[0]?.npm.differing ?? 0} of 131 texts differ from the original`,
    `  rule scorer, plain                  ${microseconds('ours')}`,
    `  ratio to npm                        ${text(ratio)}, at least ${TARGET}: ${ratio.low >= TARGET ? 'met' : ratio.median >= TARGET ? 'met by the median' : 'missed'}`,
    `  A/A, npm to npm                     ${text(same)}`,
    `  raw values                          ${file}`,
  ].join('\n');
}
