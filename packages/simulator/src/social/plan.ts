import { walk } from '../world/plan.ts';

/** What may be planted into posts. Every share is a probability per new post, 0..1. */
export interface SocialPlan {
  /** Sent twice within two seconds. */
  readonly duplicate: number;
  /** Sent again 1..5 minutes later, as after a host went back. */
  readonly replayed: number;
  /** First sent 20..480 s after its time: late, but within grace of every window. */
  readonly late: number;
  /** Stamped 130..150 minutes into the past: beyond grace and correction of every window up to an hour. */
  readonly tooLate: number;
  /** Stamped 2..20 minutes into the future: quarantined. */
  readonly future: number;
  /** Followed by an update: same key, new revision and text. */
  readonly edit: number;
  readonly delete: number;
  /** Extra frames that are no message at all. */
  readonly garbage: number;
}

/** A network without hiccups, and people without second thoughts. */
export const noSocialFaults: SocialPlan = {
  duplicate: 0,
  replayed: 0,
  late: 0,
  tooLate: 0,
  future: 0,
  edit: 0,
  delete: 0,
  garbage: 0,
};

/** An ordinary day: everything repairs itself. */
export const calmSocialPlan: SocialPlan = {
  ...noSocialFaults,
  duplicate: 0.001,
  late: 0.001,
  edit: 0.01,
  delete: 0.015,
};

/** Every fault at once, often enough that a run of a few hundred posts sees each. */
export const roughSocialPlan: SocialPlan = {
  duplicate: 0.02,
  replayed: 0.01,
  late: 0.02,
  tooLate: 0.01,
  future: 0.01,
  edit: 0.03,
  delete: 0.03,
  garbage: 0.01,
};

/** By the names of the plans of trades. */
export const socialPlans = {
  none: noSocialFaults,
  calm: calmSocialPlan,
  rough: roughSocialPlan,
} as const;

export type PostFate =
  | 'normal'
  | 'duplicate'
  | 'replayed'
  | 'late'
  | 'too-late'
  | 'future'
  | 'edited'
  | 'deleted'
  /** The update or deletion of an edited or deleted post. */
  | 'edit'
  | 'deletion';

/** At most one fate per post. `dice` in [0, 1). */
export function postFate(plan: SocialPlan, dice: number): PostFate {
  return walk(dice, 'normal', [
    [plan.duplicate, 'duplicate'],
    [plan.replayed, 'replayed'],
    [plan.late, 'late'],
    [plan.tooLate, 'too-late'],
    [plan.future, 'future'],
    [plan.edit, 'edited'],
    [plan.delete, 'deleted'],
  ]);
}
