import { setTimeout as sleep } from 'node:timers/promises';
import { createTopicAdmin, type KafkaClient, type RegistryClient } from '@groundswell/kafka';
import { createModels, dropLane, migrate, type Database } from '@groundswell/postgres';
import { laneConsumerGroup } from '@groundswell/schemas';
import { deploySchemas } from '../deploy-schemas/deploy.ts';
import type { TapeHeader } from '../tape/index.ts';
import { ReplayError } from './errors.ts';
import type { Resolved } from './resolve.ts';

export interface LaneDeps {
  readonly lane: string;
  readonly kafka: KafkaClient;
  readonly registry: RegistryClient;
  readonly database: Database;
  readonly databaseUrl: string;
}

/** Services of a lane, with the consumer groups of each. */
const groupsOf = {
  'derive-market': ['derive-market'],
  'derive-behaviour': ['derive-behaviour'],
  'derive-sentiment': ['derive-sentiment-score', 'derive-sentiment-window'],
} as const;
export type LaneService = keyof typeof groupsOf;

/** What a tape needs: posts concern nobody who handles trades, and the other way round. */
export function servicesFor(events: readonly Resolved[]): readonly LaneService[] {
  const hasPosts = events.some(({ topic }) => topic === 'post');
  const hasOthers = events.some(({ topic }) => topic !== 'post');
  return [
    ...(hasOthers || !hasPosts ? (['derive-market', 'derive-behaviour'] as const) : []),
    ...(hasPosts ? (['derive-sentiment'] as const) : []),
  ];
}

const GONE_WITHIN_MS = 30_000;

/** Tables, topics and instruments of an empty lane; what an earlier replay left there is removed first. */
export async function createLane(deps: LaneDeps, header: TapeHeader, nowMs: number): Promise<void> {
  await removeLane(deps);
  await migrate(deps.database, nowMs);
  await seedInstruments(deps, header);
  const { kafka: client, registry, lane } = deps;
  await deploySchemas({ client, registry, lane, log: { info: () => undefined } });
}

/** Topics, groups and tables; its services must have stopped. Safe to repeat. */
export async function removeLane({ lane, kafka, database }: LaneDeps): Promise<void> {
  const admin = createTopicAdmin(kafka);
  const ofLane = async () =>
    (await admin.listTopics()).filter((topic) => topic.startsWith(`${lane}.`));
  await admin.deleteTopics(await ofLane());
  await admin.deleteGroups(
    Object.values(groupsOf).flatMap((groups) =>
      groups.map((group) => laneConsumerGroup(lane, group)),
    ),
  );
  await dropLane(database);
  // The broker deletes in the background: a topic made again too soon would be refused, or deleted with the old one.
  const deadlineMs = Date.now() + GONE_WITHIN_MS;
  while ((await ofLane()).length > 0) {
    if (Date.now() > deadlineMs) {
      throw new ReplayError(`The broker did not delete the topics of lane ${lane}.`);
    }
    await sleep(100);
  }
}

/** The feed of the tape is the primary one: its minute closes become marks. */
async function seedInstruments(
  { databaseUrl, lane }: LaneDeps,
  { instruments, zone }: TapeHeader,
): Promise<void> {
  const models = createModels({ url: databaseUrl }, lane);
  try {
    await models.Instrument.bulkCreate(
      instruments.map(({ id, title, currency, feed }) => ({
        id,
        kind: id.slice(0, id.indexOf(':')),
        title,
        currency,
        primaryFeed: feed,
        zone: zone ?? 'UTC',
      })),
      { ignoreDuplicates: true },
    );
  } finally {
    await models.close();
  }
}
