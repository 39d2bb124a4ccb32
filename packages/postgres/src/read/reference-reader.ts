import type { Queryable } from '../database.ts';

export interface InstrumentRow {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly currency: string;
  readonly primaryFeed: string | null;
  readonly zone: string;
  readonly tickDecimals: number;
  readonly figi: string | null;
  readonly aliases: readonly { readonly namespace: string; readonly symbol: string }[];
}

export interface SourceRow {
  readonly id: string;
  readonly kind: 'market' | 'brokerage' | 'social';
  readonly delivery: 'exact' | 'best_effort';
  readonly title: string;
}

/** Reference data for readers: what is traded, and where events come from. */
export interface ReferenceReader {
  /** In order of id, after `afterId`. */
  instruments(afterId: string, limit: number): Promise<InstrumentRow[]>;
  instrument(id: string): Promise<InstrumentRow | null>;
  sources(): Promise<SourceRow[]>;
}

const INSTRUMENTS = `
  SELECT i.id, i.kind, i.title, i.currency, i.primary_feed AS "primaryFeed", i.zone,
    i.tick_decimals AS "tickDecimals", i.figi,
    COALESCE((SELECT jsonb_agg(jsonb_build_object('namespace', a.namespace, 'symbol', a.symbol)
                               ORDER BY a.namespace, a.symbol)
              FROM instrument_alias a
              WHERE a.instrument_id = i.id AND a.valid_from <= now() AND a.valid_to > now()), '[]') AS aliases
  FROM instrument i`;

export function createReferenceReader(database: Queryable): ReferenceReader {
  return {
    instruments: (afterId, limit) =>
      database.query<InstrumentRow>(`${INSTRUMENTS} WHERE i.id > $1 ORDER BY i.id LIMIT $2`, [
        afterId,
        limit,
      ]),
    instrument: async (id) =>
      (await database.query<InstrumentRow>(`${INSTRUMENTS} WHERE i.id = $1`, [id]))[0] ?? null,
    sources: () =>
      database.query<SourceRow>('SELECT id, kind, delivery, title FROM source ORDER BY id'),
  };
}
