import { createHash } from 'node:crypto';
import { createRecordCodec } from '@groundswell/kafka';
import type { Differences } from './differences.ts';
import type { LogTape } from './log-tape.ts';
import type { Stack } from './stack.ts';
import type { WorldRun } from './world-run.ts';

/**
 * What the connector must say of frames and trades that are no events: a dead letter for each garbage frame that it heard and each
 * trade with an unusable price, a gap record for each trade that nobody can give it.
 *
 * A garbage frame has no identity: one that was on the wire while the connector was killed is gone for good. Only those
 * whose connection lived on for a while are therefore asked for; a trade has an id and comes back.
 */
export async function differencesInConnector(
  stack: Stack,
  tape: LogTape,
  world: WorldRun,
): Promise<Differences> {
  const found: string[] = [];
  const letters = await frameLetters(stack, tape);
  const garbage = new Set(world.garbage.map(({ text }) => sha256(text)));
  const isAnnounced = ({ product, tradeId }: { product: string; tradeId: number }): boolean =>
    tradeId <= (world.newestServed().get(product) ?? 0);

  const badTrades = new Set<string>();
  const lostTrades: { product: string; tradeId: number }[] = [];
  for (const entry of world.ledger.entries()) {
    if (entry.kind !== 'trade' || !isAnnounced(entry.trade)) continue;
    if (entry.fate === 'bad-price') badTrades.add(`${entry.trade.product} ${entry.trade.tradeId}`);
    if (entry.fate === 'lost') lostTrades.push(entry.trade);
  }
  let heard = 0;
  for (const [sha, { text, reason }] of letters) {
    if (sha256(text) !== sha) found.push(`dead letter ${sha} has other bytes`);
    if (reason === 'not_json' && garbage.has(sha)) heard += 1;
    else if (reason === 'bad_price' && text.includes('"price":"-'))
      badTrades.delete(tradeOf(text, badTrades));
    else found.push(`dead letter ${reason} was not planted: ${text.slice(0, 100)}`);
  }
  const mustBeHeard = world.garbage.filter(({ isSafe }) => isSafe).length;
  if (heard < mustBeHeard)
    found.push(`${heard} dead letters of ${mustBeHeard} heard garbage frames`);
  for (const trade of badTrades) found.push(`no dead letter for the bad price of ${trade}`);

  const gaps = await gapRanges(stack, tape);
  for (const { product, tradeId } of lostTrades) {
    const isTold = gaps.some(
      (gap) => gap.stream === product && gap.fromId <= tradeId && tradeId <= gap.toId,
    );
    if (!isTold) found.push(`no gap tells of the lost trade ${product} ${tradeId}`);
  }
  return found;
}

async function frameLetters(
  stack: Stack,
  tape: LogTape,
): Promise<ReadonlyMap<string, { readonly text: string; readonly reason: string }>> {
  const codec = createRecordCodec(stack.registry, 'control.dead-letter.v1');
  const records = tape.records('control.dead-letter.v1');
  await codec.prepare(records.map(({ value }) => value));
  const letters = new Map<string, { text: string; reason: string }>();
  for (const { value } of records) {
    const { frameSha256, originalValue, reason } = codec.decode(value);
    if (frameSha256 !== null)
      letters.set(frameSha256, { text: Buffer.from(originalValue ?? []).toString(), reason });
  }
  return letters;
}

async function gapRanges(stack: Stack, tape: LogTape) {
  const codec = createRecordCodec(stack.registry, 'control.gap.v1');
  const records = tape.records('control.gap.v1');
  await codec.prepare(records.map(({ value }) => value));
  return records.map(({ value }) => {
    const { stream, fromId, toId } = codec.decode(value);
    return { stream, fromId: Number(fromId), toId: Number(toId) };
  });
}

/** A REST row does not name its product: then the id alone decides. */
function tradeOf(text: string, open: ReadonlySet<string>): string {
  const id = /"trade_id":(\d+)/.exec(text)?.[1];
  const product = /"product_id":"([^"]+)"/.exec(text)?.[1];
  if (product !== undefined) return `${product} ${id}`;
  return [...open].find((trade) => trade.endsWith(` ${id}`)) ?? '';
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
