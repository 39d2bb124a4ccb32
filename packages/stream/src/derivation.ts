import type { TopicName } from '@groundswell/schemas';
import { inLane, laneConsumerGroup, topics } from '@groundswell/schemas';
import { InvariantError, type SpanSink } from '@groundswell/domain';
import { TaskHost } from './host.ts';
import type { StreamObserver } from './observer.ts';
import type { Codecs, RecordSink, RecordSource } from './ports.ts';
import { Relay } from './relay.ts';
import type { OutboxStore, TaskStore } from './store.ts';
import type { Topology } from './topology.ts';

/** Forget ids and expired records this often; what is old is told by the clocks, not by the wall (seen (c)). */
const PURGE_EVERY_MS = 60_000;

export interface DerivationDeps {
  readonly topology: Topology;
  readonly lane: string;
  readonly source: RecordSource;
  readonly sink: RecordSink;
  readonly store: TaskStore;
  readonly outbox: OutboxStore;
  readonly codecs: Codecs;
  readonly observer: StreamObserver;
  /** Where spans of derived records go; null = nowhere. */
  readonly spans?: SpanSink | null;
  readonly nowUs: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly codeVersion: string;
  /** Longest dedupe horizon of the sources, ms; 0 = nothing is purged (journals). */
  readonly purgeHorizonMs: number;
  readonly onFatal: (error: Error) => void;
}

export interface Derivation {
  /** Tasks that stopped and why, for readiness. */
  stopped(): readonly { readonly task: number; readonly error: Error }[];
  owned(): readonly number[];
  stop(): Promise<void>;
}

/** Everything a derive-* service runs: task host and outbox relay over one topology. */
export async function startDerivation(deps: DerivationDeps): Promise<Derivation> {
  const { topology, lane, observer, random } = deps;
  const group = laneConsumerGroup(lane, topology.service);
  const logical = new Map<string, TopicName>();
  for (const name of [...Object.keys(topology.sources), ...topology.outputs] as TopicName[]) {
    logical.set(inLane(lane, name), name);
  }
  const relay = new Relay({ outbox: deps.outbox, sink: deps.sink, group, observer, random });
  const host = new TaskHost({
    ...deps,
    group,
    physicalTopic: (name) => inLane(lane, name),
    logicalTopic: (name) => {
      const found = logical.get(name);
      if (found === undefined)
        throw new InvariantError('a topic that the topology does not name', { topic: name });
      return found;
    },
    onOutbox: () => {
      relay.kick();
    },
    onOwned: (tasks) => {
      relay.setOwned(tasks);
    },
  });
  relay.start();
  await host.start(deps.onFatal);
  const purgeAll = async (): Promise<void> => {
    if (deps.purgeHorizonMs > 0) await deps.store.purgeSeen(group, deps.purgeHorizonMs);
    for (const topic of topology.outputs) {
      await deps.store.purgeLatest(group, topic, topics[topic].retentionMs);
    }
  };
  const purge = setInterval(() => {
    purgeAll().catch((error: unknown) => {
      observer.retrying(-1, error as Error);
    });
  }, PURGE_EVERY_MS);
  return {
    stopped: () => host.stopped(),
    owned: () => host.owned(),
    stop: async () => {
      clearInterval(purge);
      await host.stop();
      await relay.stop();
    },
  };
}
