import { parseE18 } from '@groundswell/domain';
import { batchLedger, dayClose, type LedgerArrival, type MarkArrival } from '@groundswell/oracle';
import type { Transaction } from '@groundswell/schemas';
import fc from 'fast-check';
import { expect } from 'chai';
import { DAY_GRACE_MS } from '../../src/core/habits.ts';
import { expectEqual } from './compare.ts';
import { booking, mark, pastDay, Rig, type Event } from './store-rig.ts';

/** Two listings in one zone, one in another, and one that no reference data know. */
const zones: Readonly<Record<string, string>> = {
  NYA: 'America/New_York',
  NYB: 'America/New_York',
  ROM: 'Europe/Rome',
};
const instruments = [...Object.keys(zones), 'COIN'];
const zoneOf = (id: string | null): string => zones[id ?? ''] ?? 'UTC';

const DAY_MS = 86_400_000;
/** Friday before clocks went forward in New York; midnight there. */
const START_MS = Date.parse('2024-03-08T05:00:00Z');
/** Steps onto and around midnights, over hours, days and into the next month. */
const step = fc.constantFrom(
  0,
  0,
  1,
  1000,
  3_600_000,
  5 * 3_600_000,
  DAY_MS - 1,
  DAY_MS,
  24 * DAY_MS,
);
const quantity = fc.constantFrom('1', '1', '2', '3', '0.5', '0');
const price = fc.constantFrom('9', '9.5', '10', '10', '10.5', '11', '0');
const fee = fc.constantFrom('0', '0', '1', '0.07');

/** One arrival as the service gets it, and as the oracle does. */
interface Arrival {
  readonly event: Event;
  readonly ledger?: LedgerArrival;
  readonly mark?: MarkArrival;
}

const draft = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom('BUY' as const, 'BUY' as const, 'SELL' as const, 'SELL' as const),
      instrumentId: fc.constantFrom(...instruments),
      investor: fc.constantFrom('ann', 'ann', 'bob'),
      qty: quantity,
      price,
      fee,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('DEPOSIT' as const, 'WITHDRAWAL' as const, 'DIVIDEND' as const),
      investor: fc.constantFrom('ann', 'bob'),
      amount: fc.constantFrom('1', '50', '0.07'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('CORRECT' as const, 'CANCEL' as const),
      target: fc.nat(30),
      qty: quantity,
      price,
      fee,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('MARK' as const),
      instrumentId: fc.constantFrom(...instruments),
      price,
      revision: fc.constantFrom(1, 1, 2),
      /** At the last millisecond of its UTC day, where a past day of the venue says what the day came to. */
      closesDay: fc.constantFrom(false, false, true),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('DAY' as const),
      instrumentId: fc.constantFrom(...instruments),
      prices: fc.tuple(price, price, price),
    }),
  },
);

type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never;

/** Events on the steps of a clock; corrections name earlier and later ones, and sometimes nothing. */
const log: fc.Arbitrary<Arrival[]> = fc
  .array(fc.tuple(step, draft), { minLength: 5, maxLength: 40 })
  .map((drafts) => {
    let tsMs = START_MS;
    const told = new Set<string>();
    return drafts.flatMap(([ms, one], i) => {
      tsMs += ms;
      if ('prices' in one) return dayOf(one, tsMs, told);
      return arrivalOf(
        one,
        tsMs,
        i,
        drafts.map(([, d]) => d),
      );
    });
  });

/** A past day, which its venue tells once; its marks travel apart. */
function dayOf(
  { instrumentId, prices }: Extract<Draft, { readonly prices: unknown }>,
  tsMs: number,
  told: Set<string>,
): readonly Arrival[] {
  const date = new Date(tsMs).toISOString().slice(0, 10);
  if (told.has(`${instrumentId} ${date}`)) return [];
  told.add(`${instrumentId} ${date}`);
  const [low = '', close = '', high = ''] = prices.toSorted((a, b) => Number(a) - Number(b));
  const [lowE18, highE18, closeE18] = [parseE18(low), parseE18(high), parseE18(close)];
  const sum = dayClose(instrumentId, date, { lowE18, highE18, closeE18 });
  return pastDay(date, { low, high, close }, instrumentId).map((event, place) =>
    place === 2 ? { event, mark: sum } : { event },
  );
}

type Single = Exclude<Draft, { readonly prices: unknown }>;

function arrivalOf(one: Single, tsMs: number, i: number, all: readonly Draft[]): Arrival {
  const tsUs = tsMs * 1000;
  const id = `e${i}`;
  if ('target' in one) return correctionOf(one, id, tsUs, all);
  if ('revision' in one) {
    const { instrumentId, revision, closesDay } = one;
    const priceE18 = parseE18(one.price);
    const atUs = closesDay ? (Math.floor(tsMs / DAY_MS) * DAY_MS + DAY_MS - 1) * 1000 : tsUs;
    return {
      event: mark(atUs, priceE18, instrumentId, revision),
      mark: { instrumentId, tsUs: atUs, priceE18, revision },
    };
  }
  const content = contentOf(one);
  const { investor } = one;
  return {
    event: eventOf(id, tsUs, content, { op: 'CREATE', investorKey: investor }),
    ledger: { kind: 'booking', id, investor, currency: 'USD', tsUs, seq: null, ...content },
  };
}

type Booked = Extract<Draft, { readonly investor: string }>;

function contentOf(one: Booked) {
  const none = { instrumentId: null, qtyE18: 0n, priceE18: 0n, feeE18: 0n, amountE18: 0n };
  if ('amount' in one) return { ...none, type: one.kind, amountE18: parseE18(one.amount) };
  const { kind: type, instrumentId } = one;
  const amounts = { qtyE18: parseE18(one.qty), priceE18: parseE18(one.price) };
  return { ...none, type, instrumentId, ...amounts, feeE18: parseE18(one.fee) };
}

function correctionOf(
  one: Extract<Draft, { readonly target: number }>,
  id: string,
  tsUs: number,
  all: readonly Draft[],
): Arrival {
  const target = all[one.target];
  const ref = `e${one.target}`;
  const booked = target !== undefined && 'investor' in target ? target : null;
  const investor = booked?.investor ?? 'ann';
  const more = { op: one.kind, refEventId: ref, investorKey: investor };
  if (one.kind === 'CANCEL' || booked === null || !('qty' in booked)) {
    const nothing = contentOf({ kind: 'DEPOSIT', investor, amount: '1' });
    return {
      event: eventOf(id, tsUs, nothing, { ...more, op: 'CANCEL' }),
      ledger: { kind: 'cancel', id, ref, investor, tsUs, seq: null },
    };
  }
  const { qty, price: unit, fee: paid } = one;
  const set = contentOf({ ...booked, qty, price: unit, fee: paid });
  return {
    event: eventOf(id, tsUs, set, more),
    ledger: { kind: 'correct', id, ref, investor, tsUs, seq: null, set },
  };
}

function eventOf(
  id: string,
  tsUs: number,
  { type, instrumentId, ...amounts }: ReturnType<typeof contentOf>,
  more: Partial<Transaction>,
): Event {
  const out = type === 'SELL' || type === 'WITHDRAWAL';
  return booking(id, tsUs, type, '0', null, {
    instrumentId,
    quantityE18: out ? -amounts.qtyE18 : amounts.qtyE18,
    priceE18: instrumentId === null ? null : amounts.priceE18,
    feesE18: amounts.feeE18,
    netCashE18: out ? -amounts.amountE18 : amounts.amountE18,
    ...more,
  });
}

/** What the validate step keeps out (C5): the operator never sees it, and the oracle leaves it out by itself. */
const isRefused = ({ ledger }: Arrival): boolean => {
  if (ledger === undefined || ledger.kind === 'cancel') return false;
  const { type, qtyE18 } = ledger.kind === 'correct' ? ledger.set : ledger;
  return (type === 'BUY' || type === 'SELL') && (qtyE18 ?? 1n) <= 0n;
};

/** Any order, at least once. */
const arrivals = log.chain((events) =>
  fc
    .array(fc.nat(Math.max(0, events.length - 1)), { maxLength: events.length })
    .chain((repeats) =>
      fc
        .shuffledSubarray(events, { minLength: events.length })
        .map((order) => [...repeats.flatMap((i) => events[i] ?? []), ...order]),
    ),
);

describe('an investor by day, against the oracle', () => {
  it('is the same for every order, repetition, batch and crash, in three zones (P2, P6)', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(arrivals, cuts, fc.nat(30), async (all, sizes, crashAt) => {
        const rig = new Rig(zones);
        const events = all.filter((one) => !isRefused(one)).map(({ event }) => event);
        for (let at = 0, turn = 0; at < events.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          const batch = events.slice(at, at + size);
          const { topic } = batch[0] ?? {};
          if (crashAt >= at && crashAt < at + size)
            await rig.crashOn(...batch.filter((event) => event.topic === topic));
          await rig.feed(...batch);
          at += size;
        }
        const { investors } = batchLedger(
          all.flatMap(({ ledger }) => ledger ?? []),
          all.flatMap(({ mark: price18 }) => price18 ?? []),
          { days: { zoneOf, graceMs: DAY_GRACE_MS } },
        );
        for (const [investor, values] of investors) {
          // Somebody of whom nothing was folded yet has no value to publish.
          const record = rig.latest.get(investor);
          if (record === undefined) expect(values.through_day, investor).to.equal(null);
          // An event that changes no value makes no revision (V3): the count of the last one stands.
          else expectEqual(record, { ...values, n: Math.min(record.n, values.n) });
        }
        for (const investor of rig.latest.keys()) {
          const own = rig.revisions.filter((one) => one.investor === investor);
          expect(own.map(({ revision }) => revision)).to.deep.equal(own.map((_, i) => i + 1));
        }
      }),
      { numRuns: 150 },
    );
  });
});
