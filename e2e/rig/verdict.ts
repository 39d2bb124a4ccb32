import { differencesInDeadLetters, differencesInLate, readAccounts } from './accounts.ts';
import { differencesInConnector } from './connector-truth.ts';
import { differencesFromOracle, differencesOfPlaces, type Differences } from './differences.ts';
import { differencesInApi, differencesInClients, differencesInRedis } from './readers.ts';
import type { Outcome, Scene } from './scene.ts';
import { until } from './until.ts';

/** One question to a settled scene; no difference is the answer. */
export type Judgement = (scene: Scene, outcome: Outcome) => Differences | Promise<Differences>;

/** The common oracle (O1 to O5, I13), each by the sentence that a test of it says. */
export const judgements: Readonly<Record<string, Judgement>> = {
  'loses no event that the venue served or the broker got accepted (O1)': (_, outcome) => [
    ...outcome.market.lost,
    ...outcome.ledger.lost,
  ],
  'publishes nothing that the world did not do': (_, outcome) => [
    ...outcome.market.altered,
    ...outcome.ledger.altered,
  ],
  'counts every record once, in every partition of every task (O3, I13)': differencesInCounts,
  'gives every poison record to the dead letters once, with its reason and its bytes': ({
    stack,
    tape,
    pollution,
  }) => differencesInDeadLetters(stack, tape, pollution.planted.poison),
  'gives every unusable frame to the dead letters and every hole a gap record': ({
    stack,
    tape,
    world,
  }) => differencesInConnector(stack, tape, world),
  'names every late event and every window that it missed': ({ stack, tape }, outcome) =>
    differencesInLate(stack, tape, outcome.market.late, outcome.ledger.quarantined),
  'has the values of the recomputation in Postgres, to the last digit (O2)': (_, outcome) =>
    differencesFromOracle(outcome.history.newest, outcome.market, outcome.ledger.investors),
  'has the same newest values in the feature topics as in Postgres (O4)': (_, outcome) =>
    differencesOfPlaces('topic', outcome.topics.newest, outcome.history.newest),
  'raises versions by one, without holes or conflicts (O5)': (_, { topics, history }) => [
    ...topics.gaps,
    ...history.gaps,
    ...topics.conflicts,
    ...history.conflicts,
  ],
  'has the same newest values in Redis (O4)': ({ stack }, { history }) =>
    differencesInRedis(stack, history.newest),
  'never showed a reader of Redis an older value after a newer one (I7)': ({ slots }) =>
    slots.looks() > 50 ? slots.regressions : [`only ${slots.looks()} looks`],
  'answers the same over REST (O4)': ({ analyst, audience }, { history }) =>
    differencesInApi(analyst, audience, history.newest),
  'left the same with every connected client (O4)': differencesInAudience,
};

async function differencesInCounts(
  { stack, pollution }: Scene,
  { market, ledger }: Outcome,
): Promise<Differences> {
  const accounts = await readAccounts(stack);
  const found = [...accounts.broken];
  let dead = 0;
  for (const [topic, { counts }] of [
    ['market.trade.v1', market],
    ['brokerage.transaction.v1', ledger],
  ] as const) {
    for (const [partition, actual] of accounts.verdicts(topic)) {
      const expected = counts.get(partition) ?? { applied: 0, deduped: 0, late: 0 };
      dead += actual.dead;
      for (const verdict of ['applied', 'deduped', 'late'] as const) {
        if (actual[verdict] !== expected[verdict])
          found.push(
            `${topic}/${partition} ${verdict}: ${actual[verdict]} instead of ${expected[verdict]}`,
          );
      }
    }
  }
  const planted = pollution.planted.poison.length;
  if (dead !== planted) found.push(`${dead} dead records instead of ${planted}`);
  return found;
}

/** A client has no position to wait for: it is asked until it agrees or nothing changes any more. */
async function differencesInAudience(
  { audience }: Scene,
  { history, market }: Outcome,
): Promise<Differences> {
  let found: Differences = [];
  await until(
    'the clients',
    () => {
      found = differencesInClients(audience, history.newest, market.prices);
      return found.length === 0 || `${found.length} differences, first ${found[0]}`;
    },
    { stalledMs: 10_000 },
  ).catch(() => undefined);
  return found;
}
