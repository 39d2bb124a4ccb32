import { GroundswellError } from '@groundswell/domain';

/** The finest grain of the stored records and of realised volatility. */
export const PANE_MS = 1000;

export interface BarConfig {
  /** Window sizes, ascending; each is a multiple of 1 s and divides the next. */
  readonly sizesMs: readonly number[];
  /** A window is final this long after its end (W4). */
  readonly graceMs: number;
  /** ... and accepts revisions for this much longer; 0 is Kafka Streams' rule exactly (W7). */
  readonly correctionMs: number;
  /** Extra wait before the partition's clock announces a silent key's windows (W4). */
  readonly idleMs: number;
  /** Per size: least progress of T between two provisional updates of one window. */
  readonly updateMs: readonly number[];
  /** The size that carries realised volatility; a size not listed above: none does. */
  readonly volatilitySizeMs: number;
}

/** `market.bar` of the first version (V5). */
export const defaultBarConfig: BarConfig = {
  sizesMs: [1000, 60_000, 300_000],
  graceMs: 5000,
  correctionMs: 60_000,
  idleMs: 2000,
  updateMs: [0, 1000, 5000],
  volatilitySizeMs: 300_000,
};

/** @throws GroundswellError GW_BAD_CONFIG */
export function checkBarConfig(config: BarConfig): void {
  const { sizesMs, updateMs } = config;
  if (sizesMs.length === 0 || sizesMs.length > 9) fail('1 to 9 window sizes are needed');
  if (updateMs.length !== sizesMs.length) fail('updateMs must name one time per window size');
  let finer = 0;
  for (const sizeMs of sizesMs) {
    const divides = sizeMs > finer && sizeMs % Math.max(finer, PANE_MS) === 0;
    if (!divides) fail('window sizes must ascend in multiples of 1 s, each dividing the next');
    finer = sizeMs;
  }
  const times = [config.graceMs, config.correctionMs, config.idleMs, ...updateMs];
  if (!times.every((ms) => Number.isSafeInteger(ms) && ms >= 0))
    fail('times must be whole and >= 0');
}

function fail(message: string): never {
  throw new GroundswellError(`bar config: ${message}`, { code: 'GW_BAD_CONFIG', retriable: false });
}
