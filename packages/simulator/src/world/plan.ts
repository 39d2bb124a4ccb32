/**
 * What may be planted into a world. Every share is a probability per event, 0..1; everything planted is recorded in the ledger of the
 * world, so a test can prove that each fault fired and that its effect is the intended one.
 */
export interface WorldPlan {
  /** Trades kept off the socket but served over REST: a hole that can be repaired. */
  readonly restOnly: number;
  /** Trades kept off the socket and off REST: a hole that stays open. */
  readonly lost: number;
  /** Trades sent twice, and transactions posted again in a later request. */
  readonly duplicate: number;
  /** Trades sent after up to `disorderMs` newer ones. */
  readonly disorder: number;
  readonly disorderMs: number;
  /** Trades stamped 2..50 s into the past: late, but within grace + correction of every window. */
  readonly late: number;
  /** Trades stamped 400..800 s into the past: beyond the correction of every window up to 5 minutes. */
  readonly tooLate: number;
  /** Trades stamped 20..600 s into the future: quarantined. */
  readonly future: number;
  /** Trades whose price no one can use (negative): refused at the door. */
  readonly badPrice: number;
  /** Extra frames that are no message at all. */
  readonly garbage: number;
  /** Executions followed by a CORRECT (new price), a CANCEL, or another item under the same id. */
  readonly correct: number;
  readonly cancel: number;
  readonly conflict: number;
  /** Items with an unusable quantity: refused one by one. */
  readonly badItem: number;
  /** Transactions posted up to an hour after they happened. */
  readonly delayed: number;
}

/** A perfect world. */
export const noFaults: WorldPlan = {
  restOnly: 0,
  lost: 0,
  duplicate: 0,
  disorder: 0,
  disorderMs: 400,
  late: 0,
  tooLate: 0,
  future: 0,
  badPrice: 0,
  garbage: 0,
  correct: 0,
  cancel: 0,
  conflict: 0,
  badItem: 0,
  delayed: 0,
};

/** An ordinary day at a good venue: everything repairs itself. */
export const calmPlan: WorldPlan = {
  ...noFaults,
  restOnly: 0.0002,
  duplicate: 0.0005,
  disorder: 0.0005,
  late: 0.0005,
  correct: 0.01,
  cancel: 0.005,
};

/** Every fault at once, often enough that a run of a few thousand events sees each. */
export const roughPlan: WorldPlan = {
  restOnly: 0.01,
  lost: 0.001,
  duplicate: 0.02,
  disorder: 0.02,
  disorderMs: 400,
  late: 0.01,
  tooLate: 0.002,
  future: 0.002,
  badPrice: 0.002,
  garbage: 0.003,
  correct: 0.03,
  cancel: 0.02,
  conflict: 0.02,
  badItem: 0.01,
  delayed: 0.05,
};

export const plans = { none: noFaults, calm: calmPlan, rough: roughPlan } as const;

export type TradeFate =
  | 'normal'
  | 'rest-only'
  | 'lost'
  | 'duplicate'
  | 'disorder'
  | 'late'
  | 'too-late'
  | 'future'
  | 'bad-price';

export type TransactionFate =
  | 'normal'
  | 'duplicate'
  | 'delayed'
  | 'corrected'
  | 'cancelled'
  | 'conflict'
  | 'bad-item'
  /** The item that corrects or cancels another, or repeats its id with another content. */
  | 'correction'
  | 'cancellation'
  | 'conflicting-copy';

/** At most one fate per event. `dice` in [0, 1). */
export function tradeFate(plan: WorldPlan, dice: number): TradeFate {
  return walk(dice, 'normal', [
    [plan.restOnly, 'rest-only'],
    [plan.lost, 'lost'],
    [plan.duplicate, 'duplicate'],
    [plan.disorder, 'disorder'],
    [plan.late, 'late'],
    [plan.tooLate, 'too-late'],
    [plan.future, 'future'],
    [plan.badPrice, 'bad-price'],
  ]);
}

/** As {@link tradeFate}; only executions are corrected, cancelled, repeated with a conflict or spoiled. */
export function transactionFate(
  plan: WorldPlan,
  execution: boolean,
  dice: number,
): TransactionFate {
  return walk(dice, 'normal', [
    [plan.duplicate, 'duplicate'],
    [plan.delayed, 'delayed'],
    [execution ? plan.correct : 0, 'corrected'],
    [execution ? plan.cancel : 0, 'cancelled'],
    [execution ? plan.conflict : 0, 'conflict'],
    [execution ? plan.badItem : 0, 'bad-item'],
  ]);
}

/** The first entry of a cumulative table that the dice falls into. */
export function walk<T>(dice: number, otherwise: T, table: readonly (readonly [number, T])[]): T {
  let bound = 0;
  for (const [share, fate] of table) {
    bound += share;
    if (dice < bound) return fate;
  }
  return otherwise;
}
