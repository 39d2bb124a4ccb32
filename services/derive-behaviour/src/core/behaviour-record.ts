import { cmp, fraction, roundE18, sign, toE18, type Fraction } from '@groundswell/domain';
import { concentration, holdingTimes, openLosers } from '@groundswell/behaviour';
import { valueLedger, type LedgerMark, type LedgerValuation } from '@groundswell/ledger';
import type { Holding, InvestorBehaviour } from '@groundswell/schemas';
import type { Derived, Stamp } from '@groundswell/stream';
import { habitsOf, type DayState } from './habits.ts';
import type { Investor } from './investor.ts';

const FEATURE_SET = 'investor.behaviour';
/** Money is published with this many decimals, rounded half-even once (C2). */
const MONEY_DECIMALS = 8;

const money = (value: Fraction): bigint => roundE18(value, MONEY_DECIMALS);

type Values = Omit<
  InvestorBehaviour,
  | 'eventId'
  | 'op'
  | 'refEventId'
  | 'source'
  | 'feed'
  | 'eventTimeUs'
  | 'ingestTimeUs'
  | 'sequence'
  | 'eventTimeNanosRem'
  | 'featureSet'
  | 'entity'
  | 'windowSizeMs'
  | 'windowStartUs'
  | 'windowEndUs'
  | 'lineage'
  | 'revision'
  | 'status'
  | 'n'
  | 'lateCount'
  | 'watermarkUs'
  | 'knownAtUs'
  | 'cause'
  | 'counts'
  | 'positions'
>;

/** The next revision of an investor's value, or null while nothing is folded or nothing changed. */
export function behaviourRecord(
  investor: Investor,
  days: DayState | null,
  markOf: (instrumentId: string) => LedgerMark | null,
): Derived<'feature.investor.behaviour.v1'> | null {
  const state = investor.journal.state();
  // When all was taken back, that is a value too: as of the last event that counted.
  const newestMs = state.newestTsMs ?? investor.publishedMs;
  if (newestMs === null) return null;
  const values = behaviourValues(investor, days, valueLedger(state, markOf), markOf);
  const next = investor.nextRevision(canonicalText(values), newestMs);
  if (next === null) return null;
  const { revision, cause } = next;
  const { key, lateCount, size, counts } = investor;
  const valueKey = `${FEATURE_SET}|${key}`;
  const newestUs = newestMs * 1000;
  const eventId = ({ lineage }: Stamp): string =>
    `${FEATURE_SET}|${key}|0|${newestUs}|${lineage}|${revision}`;
  const published = { ...counts };
  return {
    topic: 'feature.investor.behaviour.v1',
    key,
    valueKey,
    ver: revision,
    eventId,
    keep: 'history',
    build: (stamp) => ({
      eventId: eventId(stamp),
      op: 'CREATE',
      refEventId: null,
      source: 'derive-behaviour',
      feed: null,
      eventTimeUs: newestUs,
      ingestTimeUs: stamp.knownAtUs,
      sequence: null,
      eventTimeNanosRem: null,
      featureSet: FEATURE_SET,
      entity: key,
      windowSizeMs: 0,
      windowStartUs: newestUs,
      windowEndUs: newestUs,
      lineage: stamp.lineage,
      revision,
      // A ledger has no window to complete: it is exact for all that is known, or mended (FD2).
      status: cause === 'UPDATE' ? 'FINAL' : 'REVISED',
      n: size,
      lateCount,
      watermarkUs: newestUs,
      knownAtUs: stamp.knownAtUs,
      cause,
      counts: published,
      positions: stamp.positions,
      ...values,
    }),
  };
}

function behaviourValues(
  investor: Investor,
  days: DayState | null,
  valuation: LedgerValuation,
  markOf: (instrumentId: string) => LedgerMark | null,
): Values {
  const state = investor.journal.state();
  // L10: while a valuation is in doubt the measures of behaviour are withheld; counts and money stay.
  const shown = <T>(value: T): T | null => (valuation.quarantined.length > 0 ? null : value);
  const times = holdingTimes(state);
  const weights = concentration(valuation);
  const losers = openLosers(state, (id) =>
    valuation.quarantined.includes(id) ? null : markOf(id),
  );
  return {
    investorKey: investor.key,
    currency: investor.currency,
    realisedPnlE18: money(valuation.realisedPnl),
    unrealisedPnlE18: money(valuation.unrealisedPnl),
    cashE18: money(valuation.cash),
    feesE18: money(valuation.fees),
    incomeE18: money(valuation.income),
    netDepositsE18: money(valuation.netDeposits),
    tradedValueE18: money(valuation.tradedValue),
    marketValueE18: money(valuation.marketValue),
    equityE18: money(valuation.equity),
    conservationDifferenceE18: away(valuation.conservationDifference),
    holdings: valuation.positions.map(holding),
    realisedByInstrument: [...valuation.realisedByInstrument]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([instrumentId, pnl]) => ({ instrumentId, realisedPnlE18: money(pnl) })),
    unpriced: valuation.unpriced,
    quarantined: valuation.quarantined,
    unmatched: [...state.unmatched]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([instrumentId, quantity]) => ({ instrumentId, quantityE18: toE18(quantity) })),
    rejectedCount: state.rejected,
    unsupportedCount: investor.unsupported,
    orphanCount: state.orphans.length,
    conflictCount: investor.conflicts,
    winners: times.winners,
    losers: times.losers,
    winnerDays: shown(times.winnerDays),
    loserDays: shown(times.loserDays),
    holdingTimeRatio: shown(times.ratio),
    holdingTimeRatioWeighted: shown(times.ratioWeighted),
    holdingCount: weights.n,
    hhi: shown(weights.hhi),
    effectiveN: shown(weights.effectiveN),
    hhiNormalised: shown(weights.normalised),
    maxWeight: shown(weights.maxWeight),
    top3Weight: shown(weights.top3),
    ...habitsOf(investor.days, days, shown),
    openLosers: losers.n,
    openLoserDays: shown(losers.days),
  };
}

function holding(position: LedgerValuation['positions'][number]): Holding {
  const { mark } = position;
  return {
    instrumentId: position.instrumentId,
    quantityE18: toE18(position.qty),
    costE18: money(position.cost),
    averageCostE18: money(position.avgCost),
    markE18: mark?.priceE18 ?? null,
    markTimeUs: mark === null ? null : mark.tsMs * 1000,
    marketValueE18: position.marketValue === null ? null : money(position.marketValue),
    unrealisedPnlE18: position.unrealised === null ? null : money(position.unrealised),
    quarantined: position.quarantined,
    openedAtUs: position.openTsMs * 1000,
  };
}

/** A difference that is not 0 must not be rounded to 0 (L9): the least unit stands for anything smaller. */
function away(difference: Fraction): bigint {
  const rounded = money(difference);
  const leastUnit = fraction(1n, 10n ** 8n);
  if (rounded !== 0n || cmp(difference, fraction(0n)) === 0) return rounded;
  return sign(difference) < 0 ? -toE18(leastUnit) : toE18(leastUnit);
}

function canonicalText(values: Values): string {
  return JSON.stringify(values, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}
