import type { Version, VersionPage } from '../../lib/api.ts';
import type { GetJson } from '../../lib/http.ts';
import { isoMs } from '../../lib/time.ts';
import type { InvestorRecord } from './record.ts';

/** The record as it stood at an instant. */
export interface Sample {
  readonly atMs: number;
  readonly revision: number;
  readonly record: InvestorRecord;
}

const DAY_MS = 86_400_000;
/** The API answers at most 366 days at once. */
const MAX_DAYS = 365;
const SAMPLES = 10;

export interface HistoryRequest {
  readonly investorKey: string;
  /** Trailing days; 0 = as long as the API reaches. */
  readonly days: number;
  /** Right end, epoch ms. */
  readonly nowMs: number;
  /** State of knowledge, ISO 8601; null = now. */
  readonly knownAt: string | null;
}

/** The part of REST that is read here; the value has the fields of the record. */
type Answered = Version<InvestorRecord> & { readonly window: { readonly start: string } };

/**
 * How a record developed: the values that stood at evenly spaced instants of a trailing window. As-of reads give corrected values, and
 * ten of them are enough for a sparkline, however many versions there are.
 * Private: kept by the page and gone with it (N7).
 */
export class InvestorHistory {
  samples = $state.raw<readonly Sample[]>([]);

  /** Read anew; returns the end of it, after which nothing is kept. */
  follow(getJson: GetJson, { investorKey, days, nowMs, knownAt }: HistoryRequest): () => void {
    let isOver = false;
    this.samples = [];
    const base = `/v1/investors/${encodeURIComponent(investorKey)}/behaviour`;
    const read = async () => {
      const fromMs = nowMs - (days === 0 ? MAX_DAYS : days) * DAY_MS;
      const known = knownAt === null ? {} : { known_at: knownAt };
      const query = new URLSearchParams({ from: isoOf(fromMs), limit: '1', ...known });
      const first = await getJson<VersionPage<InvestorRecord>>(
        `${base}/history?${query.toString()}`,
      );
      const oldest = first.ok ? (first.value.items[0] as Answered | undefined) : undefined;
      if (oldest === undefined) return;
      const startMs = isoMs(oldest.window.start);
      const step = (nowMs - startMs) / SAMPLES;
      const found: Sample[] = [];
      for (let index = 0; index < SAMPLES && !isOver; index += 1) {
        const atMs = Math.ceil(startMs + step * index);
        const at = new URLSearchParams({ at: isoOf(atMs), ...known });
        const answer = await getJson<{ readonly item: Answered }>(
          `${base}/latest?${at.toString()}`,
        );
        if (!answer.ok) continue;
        const { value, revision } = answer.value.item;
        found.push({ atMs, revision, record: value });
      }
      if (!isOver) this.samples = found;
    };
    void read();
    return () => {
      isOver = true;
      this.samples = [];
    };
  }
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
