import { setTimeout as pause } from 'node:timers/promises';
import { createTopicAdmin } from '@groundswell/kafka';
import { createProjectionStore } from '@groundswell/redis';
import { inLane, type TopicName } from '@groundswell/schemas';
import { createRng } from '@groundswell/simulator';
import type { Audience } from './callers.ts';
import { scrape, type Counters } from './counters.ts';
import { checkpointsBehind, cursorProgress } from './quiesce.ts';
import type { Stack } from './stack.ts';
import { until } from './until.ts';
import type { WorldRun } from './world-run.ts';

export interface PlannedKill {
  readonly service: string;
  /** After the start of the world, ms. */
  readonly atMs: number;
}

export interface Recovery extends PlannedKill {
  /** From the kill until it says that it is ready. */
  readonly readyMs: number;
  /** From the kill until it has done all that was waiting when it became ready. */
  readonly caughtUpMs: number;
}

/** Every service of the list once, in a seeded order, at seeded moments between the two instants. */
export function planKills(
  seed: number,
  services: readonly string[],
  fromMs: number,
  toMs: number,
): readonly PlannedKill[] {
  const rng = createRng(seed ^ 0x0d1e);
  const left = [...services];
  const slotMs = (toMs - fromMs) / services.length;
  return services.map((_, index) => {
    const [service = ''] = left.splice(rng.int(left.length), 1);
    return { service, atMs: Math.round(fromMs + (index + rng.float()) * slotMs) };
  });
}

/** SIGKILL each service at its moment and start it again at once; resolves when all have caught up. */
export async function runKills(
  stack: Stack,
  kills: readonly PlannedKill[],
  observed: { readonly world: WorldRun; readonly audience: Audience; readonly counters: Counters },
): Promise<readonly Recovery[]> {
  const startedMs = performance.now();
  const recoveries: Promise<Recovery>[] = [];
  for (const kill of kills) {
    await pause(Math.max(0, startedMs + kill.atMs - performance.now()));
    stack.signal.throwIfAborted();
    const service = stack.service(kill.service);
    observed.counters.add(await scrape(service.url));
    const killedMs = performance.now();
    await service.kill();
    recoveries.push(
      service.start().then(async () => {
        const readyMs = Math.round(performance.now() - killedMs);
        const isCaughtUp = await caughtUpCondition(stack, kill.service, observed);
        await until(`${kill.service} to catch up`, isCaughtUp, { signal: stack.signal });
        return { ...kill, readyMs, caughtUpMs: Math.round(performance.now() - killedMs) };
      }),
    );
  }
  return Promise.all(recoveries);
}

type Condition = () => Promise<true | string>;

/** Done when what was in front of the service at this moment is behind it. */
async function caughtUpCondition(
  stack: Stack,
  service: string,
  { world, audience }: { readonly world: WorldRun; readonly audience: Audience },
): Promise<Condition> {
  switch (service) {
    case 'derive-market':
      return checkpointsCondition(stack, ['market.trade.v1']);
    case 'derive-behaviour':
      return checkpointsCondition(stack, ['brokerage.transaction.v1', 'market.mark.v1']);
    case 'persist-online':
      return projectionCondition(stack, [
        'feature.symbol.market.v1',
        'feature.investor.behaviour.v1',
      ]);
    case 'connect-market': {
      const newest = new Map(world.newestServed());
      return () => cursorProgress(stack, newest);
    }
    case 'connect-brokerage': {
      const { accepted } = world.broker().stats();
      return () => {
        const now = world.broker();
        const isDone = now.stats().accepted > accepted || now.pending().length === 0;
        return Promise.resolve(isDone || `${now.pending().length} waiting`);
      };
    }
    case 'serve-live':
      return () => {
        const state = audience.clients[0]?.state.get().name ?? '';
        return Promise.resolve(state === 'live' || state);
      };
    default:
      return () => Promise.resolve(true);
  }
}

async function endsOf(stack: Stack, topics: readonly TopicName[]) {
  const admin = createTopicAdmin(stack.kafka);
  const ends: { topic: TopicName; partition: number; end: bigint }[] = [];
  for (const topic of topics) {
    for (const [partition, { endOffset }] of await admin.logRanges(inLane(stack.lane, topic)))
      ends.push({ topic, partition, end: endOffset });
  }
  return ends;
}

async function checkpointsCondition(
  stack: Stack,
  topics: readonly TopicName[],
): Promise<Condition> {
  const ends = new Map(
    (await endsOf(stack, topics)).map(({ topic, partition, end }) => [
      `${topic}/${partition}`,
      end,
    ]),
  );
  return async () => {
    const behind = await checkpointsBehind(stack, (topic, partition) =>
      ends.get(`${topic}/${partition}`),
    );
    return behind.length === 0 || behind.slice(0, 4).join('; ');
  };
}

async function projectionCondition(stack: Stack, topics: readonly TopicName[]): Promise<Condition> {
  const ends = await endsOf(stack, topics);
  const store = createProjectionStore(stack.redis);
  return async () => {
    const positions = await store.positions(ends);
    const behind = ends.filter(({ end }, index) => (positions[index] ?? -1n) < end);
    return (
      behind.length === 0 || behind.map(({ topic, partition }) => `${topic}/${partition}`).join()
    );
  };
}
