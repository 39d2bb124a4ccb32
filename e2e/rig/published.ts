import { createHash } from 'node:crypto';
import { createRecordCodec } from '@groundswell/kafka';
import {
  recordMaps,
  type InvestorBehaviourJson,
  type SymbolMarketJson,
} from '@groundswell/schemas';
import type { LogTape } from './log-tape.ts';
import type { Stack } from './stack.ts';

export type FeatureJson = SymbolMarketJson | InvestorBehaviourJson;
/** Newest record by value key: the key of I7 in text. */
export type Newest = ReadonlyMap<string, FeatureJson>;

/** What one place says of every value key. */
export interface Published {
  readonly newest: Newest;
  /** Holes in the versions of a value key (O5). */
  readonly gaps: readonly string[];
  /** One version with two contents (O5). */
  readonly conflicts: readonly string[];
  /** Records beyond the first of a version. */
  readonly repeats: number;
}

export function valueKeyOf(record: FeatureJson): string {
  return 'investor_key' in record
    ? `investor.behaviour|${record.entity}`
    : barKey(record.entity, record.window_size_ms, Date.parse(record.window_start));
}

export function barKey(entity: string, sizeMs: number, startMs: number): string {
  return `market.bar|${entity}|${sizeMs}|${startMs}`;
}

/** Everything on the two feature topics. */
export async function publishedInTopics(stack: Stack, tape: LogTape): Promise<Published> {
  const collector = createCollector();
  const bars = createRecordCodec(stack.registry, 'feature.symbol.market.v1');
  const behaviour = createRecordCodec(stack.registry, 'feature.investor.behaviour.v1');
  const barRecords = tape.records('feature.symbol.market.v1');
  await bars.prepare(barRecords.map(({ value }) => value));
  for (const { value } of barRecords)
    collector.add(recordMaps.SymbolMarket.toJson(bars.decode(value)), bytesHash(value));
  const behaviourRecords = tape.records('feature.investor.behaviour.v1');
  await behaviour.prepare(behaviourRecords.map(({ value }) => value));
  for (const { value } of behaviourRecords)
    collector.add(recordMaps.InvestorBehaviour.toJson(behaviour.decode(value)), bytesHash(value));
  return collector.result();
}

/** Everything in Postgres' history. */
export async function publishedInHistory({ database }: Stack): Promise<Published> {
  const collector = createCollector();
  const rows = await database.query<{ record: FeatureJson }>('SELECT record FROM feature_history');
  for (const { record } of rows) collector.add(record, canonical(record));
  return collector.result();
}

function createCollector() {
  const values = new Map<string, Map<string, string>>();
  const newest = new Map<string, FeatureJson>();
  const conflicts: string[] = [];
  let repeats = 0;
  return {
    add(record: FeatureJson, hash: string): void {
      const key = valueKeyOf(record);
      const versions = values.get(key) ?? new Map<string, string>();
      values.set(key, versions);
      const version = `${record.lineage}/${record.revision}`;
      const known = versions.get(version);
      if (known !== undefined) repeats += 1;
      if (known !== undefined && known !== hash) conflicts.push(`${key} ${version}`);
      versions.set(version, hash);
      const held = newest.get(key);
      if (held === undefined || isNewer(record, held)) newest.set(key, record);
    },
    result(): Published {
      const gaps = [...newest].flatMap(([key, { lineage, revision }]) => {
        const own = values.get(key) ?? new Map<string, string>();
        const missing = Array.from({ length: revision }, (_, index) => index + 1).filter(
          (one) => !own.has(`${lineage}/${one}`),
        );
        return missing.length === 0 ? [] : [`${key} lacks ${missing.join(',')}`];
      });
      return { newest, gaps, conflicts, repeats };
    },
  };
}

function isNewer(a: FeatureJson, b: FeatureJson): boolean {
  return a.lineage > b.lineage || (a.lineage === b.lineage && a.revision > b.revision);
}

function bytesHash(value: Uint8Array | null): string {
  return createHash('sha256')
    .update(value ?? '')
    .digest('hex');
}

/** JSON with sorted keys: what jsonb gives back has lost the order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
