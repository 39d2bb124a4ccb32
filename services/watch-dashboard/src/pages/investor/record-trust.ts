import { features } from '@groundswell/schemas';
import { gapWithin, type GapSpan, type SourceHealth } from '../../lib/source-health.ts';
import { isoMs } from '../../lib/time.ts';
import { trustOf, type Trust, type TrustInput } from '../../lib/trust.ts';
import type { InvestorRecord } from './record.ts';

/** What is known of the sources now. */
interface SourceStates {
  readonly health: readonly SourceHealth[];
  readonly gaps: readonly GapSpan[];
  /** The source itself while it is not live. */
  behind(source: string): readonly string[];
}

const [{ staleAfterMs, graceMs }] = features['investor.behaviour'].windows;

/** The mark of a whole record: what its sources miss counts for every number in it. */
export function recordTrust(record: InvestorRecord, sources: SourceStates, nowMs: number): Trust {
  const senders = Object.keys(record.counts);
  return trustOf({
    status: record.status,
    revision: record.revision,
    cause: record.cause,
    n: record.n,
    windowStartMs: isoMs(record.window_start),
    windowEndMs: isoMs(record.window_end),
    watermarkMs: isoMs(record.watermark),
    knownAtMs: isoMs(record.known_at),
    isLatest: true,
    gap: holeOf(senders, sources, nowMs),
    behind: [...new Set(senders.flatMap((name) => sources.behind(name)))],
    ...{ staleAfterMs, graceMs, nowMs },
  });
}

/** The first hole in what the senders of the events have sent. */
function holeOf(
  senders: readonly string[],
  { health, gaps }: SourceStates,
  nowMs: number,
): TrustInput['gap'] {
  for (const source of senders) {
    const streams = health.find((one) => one.source === source)?.streams ?? [];
    for (const { stream } of streams) {
      const found = gapWithin(gaps, { source, symbol: stream }, 0, nowMs);
      if (found !== null) return found;
    }
  }
  return null;
}
