import type { Mark } from '@groundswell/schemas';

/** Creates the step that judges the ranges of a mark (Q2). */
export function createValidateMarkStep(): (mark: Mark) => 'price_negative' | 'bad_revision' | null {
  return function validateMark(mark) {
    if (mark.priceE18 < 0n) return 'price_negative';
    return Number.isSafeInteger(mark.revision) && mark.revision >= 1 ? null : 'bad_revision';
  };
}
