import { formatIsoUs } from '@groundswell/domain';
import { createOnlineReader } from '@groundswell/redis';
import { worldInstruments } from '@groundswell/simulator';
import type { MarketData } from '@groundswell/schemas';
import { windowSizes, type Audience, type Caller } from './callers.ts';
import { fieldDifferences, latestSlots, type Differences } from './differences.ts';
import { barKey, canonical, type FeatureJson, type Newest } from './published.ts';
import type { Stack } from './stack.ts';

const sizes = Object.entries(windowSizes);
const entities = worldInstruments.map(({ product }) => `crypto:${product}@coinbase`);

/** Redis: per slot the newest window's newest revision (O4). */
export async function differencesInRedis(stack: Stack, truth: Newest): Promise<Differences> {
  const slots = [...latestSlots(truth)];
  const { epoch, slots: held } = await createOnlineReader(stack.redis).readSlots(
    slots.map(([, { feature_set, entity, window_size_ms }]) => ({
      featureSet: feature_set,
      entity,
      windowSizeMs: window_size_ms,
    })),
  );
  if (epoch === null) return ['Redis has no cache epoch'];
  return slots.flatMap(([slot, record], index) => {
    const json = held[index]?.json;
    if (json === undefined) return [`Redis lacks ${slot}`];
    const same = canonical(JSON.parse(json)) === canonical(record);
    return same
      ? []
      : [`Redis ${slot} is not revision ${record.revision} of ${record.window_start}`];
  });
}

interface ApiItem {
  readonly window: { readonly size_ms: number; readonly start: string };
  readonly entity: string;
  readonly lineage: number;
  readonly revision: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** REST: the latest value and the whole history of every series, and of every investor the own behaviour. */
export async function differencesInApi(
  analyst: Caller,
  { callers }: Audience,
  truth: Newest,
): Promise<Differences> {
  const found: string[] = [];
  const slots = latestSlots(truth);
  let known = 0;
  for (const entity of entities) {
    for (const [size, sizeMs] of sizes) {
      const path = `/v1/features/market.bar/${encodeURIComponent(entity)}`;
      const from = encodeURIComponent(formatIsoUs((Date.now() - 86_400_000) * 1000));
      const items: ApiItem[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = (await analyst.get(
          `${path}/history?window_size=${size}&from=${from}&limit=1000${cursor && `&cursor=${cursor}`}`,
        )) as { items: ApiItem[]; next_cursor: string | null };
        items.push(...page.items);
        cursor = page.next_cursor;
      }
      for (const item of items) {
        known += 1;
        const key = barKey(entity, sizeMs, Date.parse(item.window.start));
        found.push(...itemDifferences(`API ${key}`, item, truth.get(key)));
      }
      const newest = slots.get(`market.bar|${entity}|${sizeMs}`);
      if (newest === undefined) continue;
      const latest = (await analyst.get(`${path}/latest?window_size=${size}`)) as { item: ApiItem };
      found.push(...itemDifferences(`API latest ${entity} ${size}`, latest.item, newest));
    }
  }
  const bars = [...truth.keys()].filter((key) => key.startsWith('market.bar|')).length;
  if (known !== bars) found.push(`the API's history has ${known} bars instead of ${bars}`);
  for (const caller of callers) {
    const key = `investor.behaviour|${caller.investorKey}`;
    const record = truth.get(key);
    if (record === undefined) continue;
    const path = `/v1/investors/${encodeURIComponent(String(caller.investorKey))}/behaviour/latest`;
    const { item } = (await caller.get(path)) as { item: ApiItem };
    found.push(...itemDifferences(`API ${key}`, item, record));
  }
  return found;
}

function itemDifferences(
  name: string,
  item: ApiItem,
  record: FeatureJson | undefined,
): Differences {
  if (record === undefined) return [`${name} is not to be expected`];
  const { lineage, revision, window_start } = record;
  const head = { lineage: item.lineage, revision: item.revision, window_start: item.window.start };
  return [
    ...fieldDifferences(name, head, { lineage, revision, window_start }),
    ...fieldDifferences(name, record, item.value),
  ];
}

/** Sockets: every held bar is the newest revision, the newest bars are held; the own ledger; the price. */
export function differencesInClients(
  { clients, callers, marketChannels }: Audience,
  truth: Newest,
  prices: ReadonlyMap<string, { readonly price: string; readonly tsUs: number }>,
): Differences {
  const found: string[] = [];
  const [watcher] = clients;
  for (const channel of marketChannels) {
    const values = watcher?.store.values(channel) ?? new Map<string, never>();
    const [kind, ...rest] = channel.split(':');
    if (kind === 'price') {
      const entity = `${rest.join(':')}@coinbase`;
      const shown = values.get(entity)?.data as { price: string; event_time: string } | undefined;
      const truthPrice = prices.get(entity);
      if (Number(shown?.price) !== Number(truthPrice?.price))
        found.push(`socket ${channel}: ${shown?.price} instead of ${truthPrice?.price}`);
      continue;
    }
    const size = windowSizes[rest.at(-1) as keyof typeof windowSizes];
    const entity = `${rest.slice(0, -1).join(':')}@coinbase`;
    const newest = [...truth.values()]
      .filter((record) => record.entity === entity && record.window_size_ms === size)
      .sort((a, b) => (a.window_start < b.window_start ? 1 : -1));
    const held = new Map<string, MarketData>();
    for (const { data } of values.values()) {
      const bar = data as MarketData;
      held.set(bar.window_start, bar);
    }
    for (const record of newest.slice(0, 20)) {
      if (!held.has(record.window_start))
        found.push(`socket ${channel} lacks ${record.window_start}`);
    }
    for (const [start, bar] of held) {
      const record = newest.find(({ window_start }) => window_start === start);
      if (record === undefined) found.push(`socket ${channel} has ${start} beside`);
      else found.push(...fieldDifferences(`socket ${channel} ${start}`, record, { ...bar }));
    }
  }
  clients.forEach((client, index) => {
    const key = String(callers[index]?.investorKey);
    const record = truth.get(`investor.behaviour|${key}`);
    const [item] = [...client.store.values(`investor:${key}`).values()];
    if (record === undefined && item === undefined) return;
    if (item === undefined) found.push(`socket lacks investor ${key}`);
    else if (record === undefined) found.push(`socket has investor ${key} beside`);
    else
      found.push(
        ...fieldDifferences(`socket investor ${key}`, record, item.data as Record<string, unknown>),
      );
  });
  return found;
}
