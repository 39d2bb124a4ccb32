import { GroundswellError } from '@groundswell/domain';
import { MAX_RECORDS } from './sample.ts';

export interface MoodConfig {
  /** Window sizes, ascending; each divides the next. */
  readonly sizesMs: readonly number[];
  /** A window is final this long after its end (W4). */
  readonly graceMs: number;
  /** ... and accepts revisions for this much longer (W7). */
  readonly correctionMs: number;
  /** Extra wait before the partition's clock announces a silent key's windows (W4). */
  readonly idleMs: number;
  /** Per size: least progress of T between two provisional updates of one window. */
  readonly updateMs: readonly number[];
  /** The size that is compared with the same hour of earlier weeks; a size not listed above: none is. */
  readonly buzzSizeMs: number;
  /** Age at which a mention counts half (S61). */
  readonly halfLifeMs: number;
  /** Mentions of a window that are looked at one by one (S60). */
  readonly maxRecords: number;
}

/** `sentiment.window` of the catalogue (V5). */
export const defaultMoodConfig: MoodConfig = {
  sizesMs: [60_000, 300_000, 3_600_000],
  graceMs: 600_000,
  correctionMs: 3_000_000,
  idleMs: 5000,
  updateMs: [1000, 5000, 15_000],
  buzzSizeMs: 3_600_000,
  halfLifeMs: 3_600_000,
  maxRecords: MAX_RECORDS,
};

/** @throws GroundswellError GW_BAD_CONFIG */
export function checkMoodConfig(config: MoodConfig): void {
  const { sizesMs, updateMs } = config;
  if (sizesMs.length === 0) fail('a window size is needed');
  if (updateMs.length !== sizesMs.length) fail('updateMs must name one time per window size');
  let finer = 1;
  for (const sizeMs of sizesMs) {
    if (sizeMs < finer || sizeMs % finer !== 0)
      fail('window sizes must ascend, each dividing the next');
    finer = sizeMs;
  }
  const times = [config.graceMs, config.correctionMs, config.idleMs, ...updateMs];
  if (!times.every((ms) => Number.isSafeInteger(ms) && ms >= 0))
    fail('times must be whole and >= 0');
  if (!(config.halfLifeMs > 0) || !(config.maxRecords > 0)) fail('half-life and cap must be > 0');
}

function fail(message: string): never {
  throw new GroundswellError(`mood config: ${message}`, {
    code: 'GW_BAD_CONFIG',
    retriable: false,
  });
}
