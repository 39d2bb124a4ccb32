import { investorLedger } from '@groundswell/ledger';
import type { Topology } from '@groundswell/stream';
import { BehaviourOperator } from './core/behaviour-operator.ts';
import type { ReadZones } from './core/price-days.ts';
import { createValidateMarkStep } from './steps/validate-mark.ts';
import { createValidateTransactionStep } from './steps/validate-transaction.ts';

/** A day-precise time may be days ahead of its delivery (W6a). */
const DAY_BOUND_MS = 3 * 86_400_000;
const BOUND_MS = 60_000;

/**
 * transactions (keyed by investor) -> validate -> journal (dedupe, no age limit) -> lots, P&L, habits -> feature topic and history
 * marks (broadcast)                -> validate -> newest per instrument         -> revaluation of its holders
 *                                              -> day bars, clock               -> days end: disposition effect, turnover
 */
export function createTopology(
  readZones: ReadZones,
): Topology<'brokerage.transaction.v1' | 'market.mark.v1', 'feature.investor.behaviour.v1'> {
  return {
    service: 'derive-behaviour',
    sources: {
      'brokerage.transaction.v1': {
        topic: 'brokerage.transaction.v1',
        dedupe: 'journal',
        entityOf: (transaction) => transaction.investorKey,
        validate: createValidateTransactionStep(),
        futureBoundMs: (transaction) =>
          transaction.eventTimePrecision === 'DAY' ? DAY_BOUND_MS : BOUND_MS,
        ageLimit: false,
        maxRecords: 500,
      },
      'market.mark.v1': {
        topic: 'market.mark.v1',
        dedupe: 'mark',
        entityOf: (mark) => `${mark.instrumentId}@${mark.feed ?? ''}`,
        validate: createValidateMarkStep(),
        ageLimit: false,
        maxRecords: 500,
      },
    },
    outputs: ['feature.investor.behaviour.v1'],
    idleMs: 2_000,
    commitEveryMs: 50,
    createOperator: () => new BehaviourOperator(investorLedger, readZones),
  };
}
