import { createKafkaClient, createRegistryClient } from '@groundswell/kafka';
import { createDatabase, type Session } from '@groundswell/postgres';
import { ReplayError } from './errors.ts';
import { expectedOf } from './expected.ts';
import { createLane, removeLane, servicesFor, type LaneDeps } from './lane.ts';
import { loadTape, type LoadedTape } from './load.ts';
import { withPatience } from './patience.ts';
import type { ReplayPlatform } from './platform.ts';
import { publishTape, type PublishedCounts } from './publish.ts';
import { awaitQuiescence, type Pending } from './quiesce.ts';
import { readTopic } from './read-topic.ts';
import { compareAll, isEqual, type ReplayReport } from './report.ts';
import { postsOf, resolveTape, type Resolved } from './resolve.ts';
import { startLaneServices, type LaneServices } from './services.ts';

export interface ReplayOptions {
  readonly tape: string;
  /** Multiple of event time. */
  readonly speed: number | 'max';
  /** Leave the lane in place. */
  readonly keep: boolean;
  /** A vendor's minute bars to compare with. */
  readonly vendorBars: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onFatal: (error: Error) => void;
  readonly observer: ReplayObserver;
  readonly nowMs: () => number;
}

/** What a replay tells while it runs. */
export interface ReplayObserver {
  step(text: string): void;
  publishing(published: number, total: number): void;
  settling(pending: Pending): void;
}

/** A tape that was read and can be replayed. */
export interface PreparedTape extends LoadedTape {
  readonly lane: string;
  readonly resolved: readonly Resolved[];
}

/** @throws TapeError */
export async function prepareTape(file: string): Promise<PreparedTape> {
  const tape = await loadTape(file);
  return { ...tape, lane: `replay-${tape.hash}`, resolved: resolveTape(tape) };
}

/**
 * Replay a tape in a lane of its own and compare what the services made of it with the oracle. The lane is removed again,
 * also after a failure, unless it is to be kept.
 */
export async function replayTape(
  tape: PreparedTape,
  platform: ReplayPlatform,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const { lane, header, resolved } = tape;
  const { observer, nowMs, signal } = options;
  const kafka = createKafkaClient({ brokers: platform.kafkaBrokers.split(','), clientId: lane });
  const { databaseUrl } = platform;
  const database = createDatabase({
    url: databaseUrl,
    lane,
    applicationName: lane,
    maxConnections: 3,
    statementTimeoutMs: 120_000,
  });
  const registry = createRegistryClient({ url: platform.schemaRegistryUrl, timeoutMs: 10_000 });
  const deps: LaneDeps = { lane, kafka, registry, database, databaseUrl };
  let claim: Session | undefined;
  let services: LaneServices | undefined;
  try {
    claim = await claimLane(deps);
    observer.step(`creating lane ${lane}`);
    await withPatience(() => createLane(deps, header, nowMs()), nowMs);
    const names = servicesFor(resolved);
    observer.step(`starting ${names.join(' and ')}`);
    services = await startLaneServices({
      lane,
      platform,
      env: options.env,
      services: Object.fromEntries(names.map((name) => [name, {}])),
      onFatal: options.onFatal,
    });
    const { deaths, logsDir } = services;
    signal.throwIfAborted();
    const beganMs = nowMs();
    const published = await publishTape({
      kafka,
      registry,
      lane,
      header,
      events: resolved,
      speed: options.speed,
      signal,
      nowMs,
      onPublished: (count) => {
        observer.publishing(count, resolved.length);
      },
    });
    const publishedMs = nowMs();
    await awaitQuiescence({
      lane,
      kafka,
      database,
      signal,
      nowMs,
      onProgress: observer.settling.bind(observer),
      hint: () => `The services died ${deaths()} times; logs: ${logsDir}`,
    });
    const settledMs = nowMs();
    observer.step('comparing with the oracle');
    const report = {
      ...(await compare(tape, deps, options, published)),
      tape: header.name,
      publishSeconds: (publishedMs - beganMs) / 1000,
      totalSeconds: (settledMs - beganMs) / 1000,
      serviceDeaths: deaths(),
    };
    await services.stop();
    if (!options.keep && isEqual(report)) services.removeLogs();
    return report;
  } finally {
    await services?.stop();
    if (!options.keep && claim !== undefined) await withPatience(() => removeLane(deps), nowMs);
    await claim?.close();
    await database.close();
    await kafka.close();
  }
}

async function compare(
  { header, resolved }: PreparedTape,
  deps: LaneDeps,
  { vendorBars }: ReplayOptions,
  published: PublishedCounts,
) {
  const firstUs = resolved[0]?.event.tsUs ?? 0;
  const day = { zone: header.zone ?? 'UTC', someMs: firstUs / 1000 };
  const { lane, database } = deps;
  return compareAll({
    lane,
    database,
    posts: postsOf(resolved),
    mentions: servicesFor(resolved).includes('derive-sentiment')
      ? await readTopic(deps, 'social.mention.v1')
      : [],
    expected: expectedOf(header, resolved),
    published,
    vendor: vendorBars === null ? null : { file: vendorBars, day },
  });
}

/** One replay of a tape at a time: a second one would remove the lane of the first. @throws ReplayError */
async function claimLane({ lane, database }: LaneDeps): Promise<Session> {
  const session = await database.session();
  const [row] = await session.query<{ ours: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS ours',
    [lane],
  );
  if (row?.ours === true) return session;
  await session.close();
  throw new ReplayError(`Another process is replaying this tape in lane ${lane}.`);
}
