import { parseIsoUs } from '@groundswell/domain';
import type { FeatureRecordJson } from './item.ts';

/** What orders the values of one slot: compared in this order, as numbers (I7). */
export interface SlotVersion {
  readonly lineage: number;
  /** Epoch micros; 0 for values without a window. */
  readonly windowStartUs: number;
  readonly ver: number;
}

/** Beyond this many slots the oldest are forgotten. */
const MAX_SLOTS = 50_000;

/**
 * Versions of the newest values that were answered out of history. The online store follows history, so just after an outage it may
 * still be behind an answer that was given: such a slot is not served online until it has caught up. Empty in normal times, so that
 * it costs nothing then. Of this process; what replicas promise together rests on the confirmed server of the cache.
 */
export class AnsweredVersions {
  readonly #versions = new Map<string, SlotVersion>();

  /** Remember an answer out of history, unless a newer one was given. */
  note(slot: string, answer: SlotVersion): void {
    const before = this.#versions.get(slot);
    if (before !== undefined && isOlder(answer, before)) return;
    this.#versions.delete(slot); // so that the map stays in order of use
    this.#versions.set(slot, answer);
    if (this.#versions.size <= MAX_SLOTS) return;
    for (const oldest of this.#versions.keys()) {
      this.#versions.delete(oldest);
      return;
    }
  }

  /** Would this value of the online store be a step back? Null = it has none. Where it would not, the slot is forgotten. */
  isBehind(slot: string, online: SlotVersion | null): boolean {
    const answered = this.#versions.get(slot);
    if (answered === undefined) return false;
    if (online === null || isOlder(online, answered)) return true;
    this.#versions.delete(slot);
    return false;
  }
}

export function slotVersionOf(record: FeatureRecordJson): SlotVersion {
  // The window start of a value without a window orders nothing (V4a).
  const windowStartUs = record.window_size_ms === 0 ? 0 : parseIsoUs(record.window_start).us;
  return { lineage: record.lineage, windowStartUs, ver: record.revision };
}

function isOlder(a: SlotVersion, b: SlotVersion): boolean {
  if (a.lineage !== b.lineage) return a.lineage < b.lineage;
  if (a.windowStartUs !== b.windowStartUs) return a.windowStartUs < b.windowStartUs;
  return a.ver < b.ver;
}
