/**
 * Life of one window's published value (W4):
 *
 * ```
 * provisional --announced--> final --accepted change--> revised --accepted change--> revised ...
 * ```
 *
 * Announcing closes nothing: only the drop rule (lateness.ts) does. A value that was never published before its
 * announcement begins as `final`: a first publication revises nothing.
 */
export type WindowStatus = 'provisional' | 'final' | 'revised';

/** What may announce that a window is final. Only `idle` comes from a wall clock, measured by the host. */
export interface Clocks {
  /** T(key). */
  readonly streamTimeMs: number;
  /** Greatest T of the partition's keys. */
  readonly partitionClockMs: number;
  /** The partition saw no record for `idleMs` of wall clock. */
  readonly idle: boolean;
}

export interface FinalityRule {
  readonly graceMs: number;
  readonly idleMs: number;
}

/** Is it time to announce the window as final: by its key's clock, its partition's clock, or silence (W4)? */
export function isFinalDue(windowEndMs: number, rule: FinalityRule, clocks: Clocks): boolean {
  const dueMs = windowEndMs + rule.graceMs;
  return (
    clocks.idle || clocks.streamTimeMs >= dueMs || clocks.partitionClockMs >= dueMs + rule.idleMs
  );
}

/**
 * Status of the next publication.
 * @param published status of the last publication, null if there was none
 * @param announced was the window announced as final?
 */
export function nextStatus(published: WindowStatus | null, announced: boolean): WindowStatus {
  if (!announced) return 'provisional';
  return published === null || published === 'provisional' ? 'final' : 'revised';
}
