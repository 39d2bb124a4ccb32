import { topics } from '@groundswell/schemas';
import type { SourceHealth } from '../../lib/source-health.ts';
import { isoMs } from '../../lib/time.ts';
import type { Flow, FlowRead } from './rest.ts';

/** One topic on its way from a producer to a consumer. */
export interface FlowEdge {
  readonly id: string;
  readonly topic: string;
  readonly from: string;
  readonly to: string;
  /** Consumer group; null where no group reports. */
  readonly group: string | null;
  /** Records appended and taken per second over the reads kept; null before the second read. */
  readonly inRate: number | null;
  readonly outRate: number | null;
  /** 0 when caught up; null when not known. */
  readonly lagMs: number | null;
  readonly lagRecords: number | null;
  readonly committedMs: number | null;
  readonly isBehind: boolean;
}

/** Reads kept for a rate: at one read in 5 s, the last half minute. */
export const KEPT_READS = 7;

/** Behind means older than what a page calls stale (dashboard.md 3). */
function staleAfterMs(topic: string): number {
  if (topic.startsWith('market.') || topic.includes('symbol.market')) return 15_000;
  return topic.startsWith('social.') || topic.includes('sentiment') ? 60_000 : 300_000;
}

/** The newest read last; a read that is not newer is passed over. */
export function keepRead(kept: readonly FlowRead[], read: FlowRead): readonly FlowRead[] {
  const last = kept.at(-1);
  if (last !== undefined && isoMs(read.as_of) <= isoMs(last.as_of)) return kept;
  return [...kept, read].slice(-KEPT_READS);
}

const services = ['connect', 'derive', 'persist', 'serve'];

/**
 * Every topic between two services, by the catalogue, with what the groups report. A group belongs to the service whose name it
 * begins with: one process may run several topologies.
 */
export function flowEdges(reads: readonly FlowRead[]): readonly FlowEdge[] {
  const newest = reads.at(-1);
  const edges = Object.values(topics)
    .filter(({ name }) => !name.startsWith('control.'))
    .flatMap(({ name, producers, consumers }) =>
      producers.flatMap((from) => consumers.map((to) => ({ topic: name, from, to }))),
    )
    .filter(({ from, to }) => [from, to].every(isService));
  const found = edges.flatMap((edge) => {
    const flows = newest?.flows.filter(
      ({ topic, group }) => topic === edge.topic && isOf(group, edge.to),
    );
    if (flows === undefined || flows.length === 0) return [edgeOf(edge, null, reads)];
    return flows.map((flow) => edgeOf(edge, flow, reads));
  });
  // Who reports comes first.
  return found.sort((a, b) => Number(a.group === null) - Number(b.group === null));
}

function isService(name: string): boolean {
  return services.some((prefix) => name.startsWith(`${prefix}-`));
}

function isOf(group: string, service: string): boolean {
  return group === service || group.startsWith(`${service}-`) || group.startsWith(`${service}.`);
}

function edgeOf(
  edge: Pick<FlowEdge, 'topic' | 'from' | 'to'>,
  flow: Flow | null,
  reads: readonly FlowRead[],
): FlowEdge {
  const id = [edge.topic, edge.from, flow?.group ?? edge.to].join('|');
  if (flow === null) {
    const unknown = { inRate: null, outRate: null, lagMs: null, lagRecords: null };
    return { ...edge, id, group: null, ...unknown, committedMs: null, isBehind: false };
  }
  const asOfMs = isoMs(reads.at(-1)?.as_of ?? '');
  const lagMs = lagOf(flow, asOfMs);
  return {
    ...edge,
    ...{ id, group: flow.group, lagMs, lagRecords: flow.lag_records },
    inRate: rateOf(reads, flow, ({ log_end }) => log_end),
    outRate: rateOf(reads, flow, ({ next_offset }) => next_offset),
    committedMs: isoMs(flow.committed_at),
    isBehind: lagMs !== null && lagMs > staleAfterMs(edge.topic),
  };
}

function lagOf(flow: Flow, asOfMs: number): number | null {
  if (flow.lag_records === 0) return 0;
  if (flow.lag_records === null || flow.newest_event_time === null) return null;
  return Math.max(0, asOfMs - isoMs(flow.newest_event_time));
}

/** Per second between the oldest and the newest kept read; null before the second one, or after a reset. */
export function rateOf(
  reads: readonly FlowRead[],
  of: Pick<Flow, 'group' | 'topic'>,
  counter: (flow: Flow) => string | null,
): number | null {
  const points = reads.flatMap(({ as_of, flows }) => {
    const flow = flows.find(({ group, topic }) => group === of.group && topic === of.topic);
    const text = flow === undefined ? null : counter(flow);
    return text === null ? [] : [{ atMs: isoMs(as_of), count: BigInt(text) }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
  const rise = last.count - first.count;
  return rise < 0n ? null : (Number(rise) * 1000) / (last.atMs - first.atMs);
}

/** Line width in px by the logarithm of the rate: 1 to 8. */
export function widthOf(rate: number | null): number {
  if (rate === null || rate <= 0) return 1.5;
  return Math.min(8, 1.5 + 1.6 * Math.log10(1 + rate));
}

/** Which connector runs a kind of source. */
export function connectorOf(kind: string | null): string | null {
  if (kind === null) return null;
  if (kind.startsWith('market')) return 'connect-market';
  return kind.startsWith('broker') ? 'connect-brokerage' : 'connect-social';
}

export type NodeTone = 'ok' | 'warn' | 'gap' | 'off' | 'unknown';

/** Sources of one connector in few words, the worst first. */
export function connectorState(sources: readonly SourceHealth[]): {
  readonly tone: NodeTone;
  readonly text: string;
} {
  if (sources.length === 0) return { tone: 'unknown', text: 'no source has reported' };
  const order = ['off', 'gap', 'warn', 'ok'] as const;
  const count = `${String(sources.length)} ${sources.length === 1 ? 'source' : 'sources'}`;
  const worst = [...sources].sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone))[0];
  if (worst === undefined || worst.tone === 'ok') return { tone: 'ok', text: count };
  const what = worst.tone === 'gap' ? 'gap' : worst.state.toLowerCase().replace('_', ' ');
  return { tone: worst.tone, text: `${count} · ${worst.source} ${what}` };
}
