import { features, type FeatureSetName } from '@groundswell/schemas';

/** Facts of the catalogue about one window of a feature set. */
export interface WindowFacts {
  readonly sizeMs: number;
  readonly graceMs: number;
  readonly correctionMs: number;
  readonly staleAfterMs: number;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** `60000` -> `1m`; null for 0, a value without a window. */
export function windowSizeText(sizeMs: number): string | null {
  const unit = UNITS.find(([, ms]) => sizeMs > 0 && sizeMs % ms === 0);
  return unit === undefined ? null : `${sizeMs / unit[1]}${unit[0]}`;
}

/** The window that the catalogue lists under this text; null if there is none. */
export function findWindow(featureSet: FeatureSetName, text: string): WindowFacts | null {
  const windows: readonly WindowFacts[] = features[featureSet].windows;
  return windows.find(({ sizeMs }) => windowSizeText(sizeMs) === text) ?? null;
}

/** The one window of a set without windows. */
export function soleWindow(featureSet: FeatureSetName): WindowFacts {
  return features[featureSet].windows[0];
}

/** May everybody with features:read see the set? Private sets have their own routes. */
export function isPublic(featureSet: FeatureSetName): boolean {
  const facts = features[featureSet];
  return !('private' in facts && facts.private);
}
