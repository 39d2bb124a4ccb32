import { formatE18, parseE18 } from '@groundswell/domain';
import type { BarConfig, BarEmission } from '@groundswell/market';
import type { Derived } from '@groundswell/stream';

/** A mark is the close of one minute. */
const MARK_SIZE_MS = 60_000;

interface Published {
  readonly revision: number;
  readonly price: string;
}

/** Which marks of one entity were published, for as long as their minute accepts changes (L8). */
export class MarkBook {
  private readonly acceptMs: number;
  private readonly published = new Map<number, Published>();
  private dirty = false;

  constructor(config: BarConfig, body: Uint8Array | undefined) {
    this.acceptMs = config.graceMs + config.correctionMs;
    if (body === undefined) return;
    const rows = JSON.parse(Buffer.from(body).toString('utf8')) as [number, number, string][];
    for (const [start, revision, price] of rows) this.published.set(start, { revision, price });
  }

  /** The mark to publish for this bar: the first final close of a minute, or a changed one with the next revision. */
  markOf(
    entity: string,
    instrumentId: string,
    feed: string,
    currency: string,
    { windowSizeMs, windowStartMs, windowEndMs, status, values, watermarkMs }: BarEmission,
  ): Derived<'market.mark.v1'> | null {
    if (windowSizeMs !== MARK_SIZE_MS || status === 'provisional' || values.closeE18 === null)
      return null;
    const price = formatE18(values.closeE18);
    const known = this.published.get(windowStartMs);
    if (known?.price === price) return null;
    const revision = (known?.revision ?? 0) + 1;
    this.published.set(windowStartMs, { revision, price });
    this.forget(watermarkMs);
    this.dirty = true;
    const valueKey = `mark|${entity}|${windowEndMs}`;
    const eventId = `${valueKey}|${revision}`;
    return {
      topic: 'market.mark.v1',
      key: entity,
      valueKey,
      ver: revision,
      eventId: () => eventId,
      keep: 'nothing',
      build: ({ knownAtUs }) => ({
        eventId,
        op: revision === 1 ? 'CREATE' : 'CORRECT',
        refEventId: revision === 1 ? null : `${valueKey}|1`,
        source: 'derive-market',
        feed,
        eventTimeUs: (windowEndMs - 1) * 1000,
        ingestTimeUs: Math.max(knownAtUs, (windowEndMs - 1) * 1000),
        sequence: null,
        eventTimeNanosRem: null,
        instrumentId,
        priceE18: parseE18(price),
        currency,
        revision,
      }),
    };
  }

  /** The body to store if it changed since the last call. */
  takeDirty(): Uint8Array | null {
    if (!this.dirty) return null;
    this.dirty = false;
    const rows = [...this.published].map(([start, { revision, price }]) => [
      start,
      revision,
      price,
    ]);
    return Buffer.from(JSON.stringify(rows));
  }

  private forget(watermarkMs: number): void {
    for (const start of this.published.keys()) {
      if (start + MARK_SIZE_MS + this.acceptMs <= watermarkMs) this.published.delete(start);
    }
  }
}
