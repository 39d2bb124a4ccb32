import { batchMood, lateMentions, type MentionVerdicts, type MoodBatch } from '@groundswell/oracle';
import type { Database } from '@groundswell/postgres';
import { features, type Mention, type SymbolSentimentJson } from '@groundswell/schemas';
import { firstDifference, Tally, type Comparison } from './difference.ts';

/** What must come of the mentions, recomputed from them alone. */
export interface ExpectedMoods {
  readonly verdicts: MentionVerdicts;
  readonly moods: readonly MoodBatch[];
}

const HOUR_MS = 3_600_000;

/** Windows, grace and corrections as the catalogue states them; half-life and hours of week as S61 and S62 do. */
export function expectedMoods(mentions: readonly Mention[]): ExpectedMoods {
  const { windows } = features['sentiment.window'];
  const verdicts = lateMentions(mentions, {
    sizesMs: windows.map(({ sizeMs }) => sizeMs),
    graceMs: windows[0].graceMs,
    correctionMs: windows[0].correctionMs,
  });
  const moods = batchMood(verdicts.windows, {
    halfLifeMs: HOUR_MS,
    buzzSizeMs: HOUR_MS,
    isSmall: (entity) => entity !== 'market:all',
  });
  return { verdicts, moods };
}

/** The newest revision of every window. */
export async function readMoods(database: Database): Promise<readonly SymbolSentimentJson[]> {
  const rows = await database.query<{ record: SymbolSentimentJson }>(
    `SELECT DISTINCT ON (entity, window_size_ms, window_start_us) record FROM feature_history
     WHERE feature_set = 'sentiment.window'
     ORDER BY entity, window_size_ms, window_start_us, lineage DESC, revision DESC`,
  );
  return rows.map(({ record }) => record);
}

/** Every field of every window of either side: one comparison per (window, field). What was all taken back before it was told is no window. */
export function compareMoods(
  published: readonly SymbolSentimentJson[],
  expected: readonly MoodBatch[],
): Comparison {
  const tally = new Tally();
  const open = new Map(
    published.map((record) => [
      keyOf(record.entity, record.window_size_ms, Date.parse(record.window_start)),
      record,
    ]),
  );
  for (const { entity, window_size_ms, window_start_ms, ...values } of expected) {
    const key = keyOf(entity, window_size_ms, window_start_ms);
    const record = open.get(key);
    open.delete(key);
    if (record === undefined) {
      if (values.n > 0) tally.add(`${key}: not published`);
      continue;
    }
    const isOver = record.status !== 'PROVISIONAL';
    tally.add(isOver ? null : `${key}: is still provisional`);
    const actual = record as unknown as Readonly<Record<string, unknown>>;
    for (const [name, value] of Object.entries(values)) {
      const found = firstDifference(actual[name], value, name);
      tally.add(found === null ? null : `${key}: ${found}`);
    }
  }
  for (const key of open.keys()) tally.add(`${key}: not in the oracle`);
  return tally.result();
}

/** The (mention, window size) pairs that came too late; without a window it is all of them. */
export async function compareLateMentions(
  database: Database,
  group: string,
  expected: ReadonlySet<string>,
): Promise<Comparison> {
  const rows = await database.query<{ event_id: string; size: string }>(
    'SELECT event_id, window_size_ms AS size FROM late_record WHERE grp = $1',
    [group],
  );
  const sizes = features['sentiment.window'].windows.map(({ sizeMs }) => String(sizeMs));
  const open = new Set(expected);
  const tally = new Tally();
  const found = new Set(
    rows.flatMap(({ event_id, size }) =>
      (size === '0' ? sizes : [size]).map((one) => `${event_id} ${one}`),
    ),
  );
  for (const pair of found) tally.add(open.delete(pair) ? null : `${pair}: not in the oracle`);
  for (const pair of open) tally.add(`${pair}: not found late`);
  return tally.result();
}

function keyOf(entity: string, sizeMs: number, startMs: number): string {
  return `${entity} ${sizeMs / 1000} s from ${new Date(startMs).toISOString()}`;
}
