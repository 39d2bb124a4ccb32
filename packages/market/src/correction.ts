import { isLate, latenessMs, tumblingStart } from '@groundswell/windows';
import type { BarConfig } from './bar-config.ts';
import type { CancelEvent, CorrectEvent, LatePair } from './market-event.ts';
import { countsAt } from './pane.ts';
import { compareOrder, type Print } from './print.ts';
import type { Version } from './record-codec.ts';

/** What a correction does to one trade (W8, C14). */
export interface CorrectionPlan {
  readonly latePairs: readonly LatePair[];
  /** The first level that accepts the correction; the number of levels if none does. */
  readonly acceptLevel: number;
  /** All versions of the trade from now on. */
  readonly versions: readonly Version[];
  /** Windows whose contents may differ: level and the start of the window at that level. */
  readonly touched: readonly { readonly level: number; readonly windowStartMs: number }[];
}

/**
 * Plan a correction of one trade. It counts at the levels whose window still accepts (W3) and keeps the trade; both hold
 * from some level upward. A cancelled trade stays cancelled; of several CORRECTs the last by their own order wins, at each
 * level on its own.
 * @param versions all versions of the trade, at least one
 */
export function planCorrection(
  event: CancelEvent | CorrectEvent,
  versions: readonly Version[],
  config: BarConfig,
  streamTimeMs: number,
): CorrectionPlan {
  const byLevel = [...versions].sort((a, b) => a.fromLevel - b.fromLevel || age(a) - age(b));
  const starts = config.sizesMs.map((sizeMs, level) =>
    tumblingStart(versionFor(byLevel, level).print.tsMs, sizeMs),
  );
  const latePairs = lateWindows(event, starts, config, streamTimeMs);
  const acceptLevel = latePairs.length;
  const cancelled = versions.some((version) => version.cancelled);
  const after = cancelled ? versions : revise(event, byLevel, acceptLevel, config.sizesMs.length);
  const touched = starts
    .map((windowStartMs, level) => ({ level, windowStartMs }))
    .filter(({ level }) => level >= acceptLevel && differsAt(level, versions, after));
  return { latePairs, acceptLevel, versions: after, touched };
}

/** The trade itself before its corrections. */
function age(version: Version): number {
  return version.correctionId === null ? 0 : 1;
}

/** The version that names the trade's window at a level: the one that counts there, else the nearest finer one. */
function versionFor(byLevel: readonly Version[], level: number): Version {
  return byLevel.reduce((best, version) =>
    version.fromLevel <= level && !countsAt(best, level) ? version : best,
  );
}

function lateWindows(
  event: CancelEvent | CorrectEvent,
  starts: readonly number[],
  config: BarConfig,
  streamTimeMs: number,
): LatePair[] {
  const acceptMs = config.graceMs + config.correctionMs;
  const pairs: LatePair[] = [];
  for (const [level, windowSizeMs] of config.sizesMs.entries()) {
    const windowStartMs = starts[level] ?? 0;
    const windowEndMs = windowStartMs + windowSizeMs;
    const closed = isLate(windowEndMs, acceptMs, streamTimeMs);
    const moved =
      event.kind === 'correct' && tumblingStart(event.tsMs, windowSizeMs) !== windowStartMs;
    if (!closed && !moved) break;
    pairs.push({
      windowSizeMs,
      windowStartMs,
      latenessMs: Math.max(0, latenessMs(windowEndMs, acceptMs, streamTimeMs)),
      reason: closed ? 'window_closed' : 'moved_window',
    });
  }
  return pairs;
}

function revise(
  event: CancelEvent | CorrectEvent,
  byLevel: readonly Version[],
  acceptLevel: number,
  levels: number,
): readonly Version[] {
  if (acceptLevel === levels) return byLevel;
  if (event.kind === 'cancel') {
    return byLevel.map((version) => ({
      ...version,
      toLevel: Math.min(version.toLevel, Math.max(version.fromLevel, acceptLevel)),
      cancelled: true,
    }));
  }
  // Corrections never lose ground upward, so the levels that this one wins are [acceptLevel, end).
  const stronger = byLevel.find(
    (version) => version.toLevel > acceptLevel && outranks(version, event),
  );
  const end = Math.max(acceptLevel, stronger?.fromLevel ?? levels);
  if (end <= acceptLevel) return byLevel;
  const kept = byLevel.map((version) => {
    const { fromLevel, toLevel } = version;
    if (fromLevel >= end) return version;
    return { ...version, toLevel: Math.min(toLevel, Math.max(fromLevel, acceptLevel)) };
  });
  const print = correctedPrint(event);
  const added: Version = {
    print,
    fromLevel: acceptLevel,
    toLevel: end,
    correctionId: event.id,
    cancelled: false,
  };
  // The trade's own version stays even if nothing counts it: its time names the windows that never accepted it.
  return [...kept.filter((v) => v.correctionId === null || v.fromLevel < v.toLevel), added];
}

/** Does the version come from a later CORRECT than this one (C14)? */
function outranks(version: Version, event: CorrectEvent): boolean {
  if (version.correctionId === null) return false;
  return compareOrder({ ...version.print, id: version.correctionId }, event) > 0;
}

/** The trade keeps its own id: ties between trades are broken by it. */
function correctedPrint(event: CorrectEvent): Print {
  return {
    id: event.ref,
    tsMs: event.tsMs,
    tsUs: event.tsUs,
    seq: event.seq,
    priceE18: event.priceE18,
    sizeE18: event.sizeE18,
    priceOk: event.priceOk,
    volOk: event.volOk,
  };
}

function differsAt(level: number, before: readonly Version[], after: readonly Version[]): boolean {
  const at = (versions: readonly Version[]): Print | undefined =>
    versions.find((version) => countsAt(version, level))?.print;
  return at(before) !== at(after);
}
