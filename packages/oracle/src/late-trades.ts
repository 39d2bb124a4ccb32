import { msOf } from './order.ts';
import {
  windowStartMs,
  type TradeArrival,
  type TradeContent,
  type TradePrint,
  type WindowRule,
} from './trades.ts';

/** One (record, window) pair that must not count (W5). Size and start are 0 where no window can be named. */
export interface LateTrade {
  readonly id: string;
  readonly sizeMs: number;
  readonly startMs: number;
  readonly reason:
    'window_closed' | 'moved_window' | 'not_applied' | 'future_dated' | 'beyond_horizon';
}

/** A distinct event and the window sizes at which it counts. */
export interface AcceptedTrade {
  readonly event: TradeArrival;
  readonly sizesMs: ReadonlySet<number>;
}

/** The classes of I13, and what went into them. */
export interface TradeVerdicts {
  readonly accepted: readonly AcceptedTrade[];
  readonly late: readonly LateTrade[];
  readonly counts: {
    readonly applied: number;
    readonly deduped: number;
    readonly late: number;
    readonly dead: number;
  };
}

/**
 * Walk the arrivals once and decide each by the drop rule (W2, W3, W8): T(key) is the greatest event time of the key's records so
 * far, moved by a record before its own check, never by repeats, corrections or refused records. A pair (record, window) is late iff
 * `end + grace + correction <= T`. A correction that no window takes is reported once, as `not_applied`.
 */
export function lateTrades(arrivals: readonly TradeArrival[], rule: WindowRule): TradeVerdicts {
  const acceptMs = rule.graceMs + rule.correctionMs;
  const streamTimeMs = new Map<string, number>();
  const partitionClockUs = new Map<number | string, number>();
  const seen = new Set<string>();
  const trades = new Map<string, { trade: TradePrint; sizesMs: ReadonlySet<number> }>();
  const accepted: AcceptedTrade[] = [];
  const late: LateTrade[] = [];
  const counts = { applied: 0, deduped: 0, late: 0, dead: 0 };

  for (const event of arrivals) {
    const content = contentOf(event, trades.get('ref' in event ? event.ref : '')?.trade);
    if (content !== null && (content.priceE18 < 0n || content.sizeE18 <= 0n)) {
      counts.dead += 1;
      continue;
    }
    const timeUs = content?.tsUs ?? event.tsUs;
    const partition = rule.partitionOf?.(event.entity) ?? event.entity;
    const clockUs = partitionClockUs.get(partition) ?? Number.NEGATIVE_INFINITY;
    const refusal = refusalOf(timeUs, event.ingestUs ?? timeUs, clockUs, rule);
    if (refusal !== null) {
      counts.late += 1;
      late.push({ id: event.id, sizeMs: 0, startMs: 0, reason: refusal });
      continue;
    }
    if (seen.has(event.id)) {
      counts.deduped += 1;
      continue;
    }
    seen.add(event.id);
    const before = streamTimeMs.get(event.entity) ?? Number.NEGATIVE_INFINITY;
    const sizesMs = new Set<number>();
    if (event.kind === 'trade') {
      const nowMs = Math.max(before, msOf(event.tsUs));
      streamTimeMs.set(event.entity, nowMs);
      for (const sizeMs of rule.sizesMs) {
        const startMs = windowStartMs(event.tsUs, sizeMs);
        if (startMs + sizeMs + acceptMs > nowMs) sizesMs.add(sizeMs);
        else late.push({ id: event.id, sizeMs, startMs, reason: 'window_closed' });
      }
      trades.set(event.id, { trade: event, sizesMs });
    } else {
      const target = trades.get(event.ref);
      const pairs: LateTrade[] = [];
      for (const sizeMs of rule.sizesMs) {
        if (target === undefined) continue;
        const startMs = windowStartMs(target.trade.tsUs, sizeMs);
        const closed = startMs + sizeMs + acceptMs <= before || !target.sizesMs.has(sizeMs);
        const moved = content !== null && windowStartMs(content.tsUs, sizeMs) !== startMs;
        if (!closed && !moved) sizesMs.add(sizeMs);
        else
          pairs.push({
            id: event.id,
            sizeMs,
            startMs,
            reason: closed ? 'window_closed' : 'moved_window',
          });
      }
      if (sizesMs.size > 0) late.push(...pairs);
      else late.push({ id: event.id, sizeMs: 0, startMs: 0, reason: 'not_applied' });
    }
    if (sizesMs.size === 0) {
      counts.late += 1;
      continue;
    }
    counts.applied += 1;
    accepted.push({ event, sizesMs });
    partitionClockUs.set(partition, Math.max(clockUs, timeUs));
  }
  return { accepted, late, counts };
}

/** What the event puts in place: a trade itself, a correction the trade with the named fields replaced; a cancel nothing. */
function contentOf(event: TradeArrival, target: TradePrint | undefined): TradeContent | null {
  if (event.kind === 'trade') return event;
  if (event.kind === 'cancel' || target === undefined) return null;
  return { ...target, ...event.set };
}

function refusalOf(
  tsUs: number,
  ingestUs: number,
  clockUs: number,
  { futureBoundMs, horizonMs }: WindowRule,
): 'future_dated' | 'beyond_horizon' | null {
  if (futureBoundMs !== undefined && tsUs > ingestUs + futureBoundMs * 1000) return 'future_dated';
  if (horizonMs !== undefined && tsUs < clockUs - horizonMs * 1000) return 'beyond_horizon';
  return null;
}
