import { compareOrder, type Print } from './print.ts';

/**
 * Exact sums and extremes over a set of prints (M1). Adding and merging commute, so any path to the same set gives the
 * same accumulator; nothing can be taken out again (W8), a correction rebuilds it.
 */
export interface Accumulator {
  /** Prints in the set, whatever their flags. */
  n: number;
  /** Prints that count in volume. */
  count: number;
  volumeE18: bigint;
  /** The part of the volume whose prints set no price; left out of the vwap. */
  unpricedVolumeE18: bigint;
  /** Sum of price x size over prints with both flags, scale 36. */
  turnoverE36: bigint;
  /** First and last price-setting print by C1; null together: no print set a price, high and low mean nothing. */
  first: Print | null;
  last: Print | null;
  highE18: bigint;
  lowE18: bigint;
}

export function emptyAccumulator(): Accumulator {
  return {
    n: 0,
    count: 0,
    volumeE18: 0n,
    unpricedVolumeE18: 0n,
    turnoverE36: 0n,
    first: null,
    last: null,
    highE18: 0n,
    lowE18: 0n,
  };
}

export function addPrint(into: Accumulator, print: Print): void {
  into.n += 1;
  if (print.priceOk) addPrice(into, print, print, print.priceE18, print.priceE18);
  if (!print.volOk) return;
  into.count += 1;
  into.volumeE18 += print.sizeE18;
  if (print.priceOk) into.turnoverE36 += print.priceE18 * print.sizeE18;
  else into.unpricedVolumeE18 += print.sizeE18;
}

export function mergeInto(into: Accumulator, from: Accumulator): void {
  into.n += from.n;
  into.count += from.count;
  into.volumeE18 += from.volumeE18;
  into.unpricedVolumeE18 += from.unpricedVolumeE18;
  into.turnoverE36 += from.turnoverE36;
  if (from.first !== null && from.last !== null) {
    addPrice(into, from.first, from.last, from.highE18, from.lowE18);
  }
}

function addPrice(
  into: Accumulator,
  first: Print,
  last: Print,
  highE18: bigint,
  lowE18: bigint,
): void {
  if (into.first === null || into.last === null) {
    into.first = first;
    into.last = last;
    into.highE18 = highE18;
    into.lowE18 = lowE18;
    return;
  }
  if (compareOrder(last, into.last) > 0) into.last = last;
  if (compareOrder(first, into.first) < 0) into.first = first;
  if (highE18 > into.highE18) into.highE18 = highE18;
  if (lowE18 < into.lowE18) into.lowE18 = lowE18;
}
