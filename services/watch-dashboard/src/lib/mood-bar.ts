import type { MoodReading } from './mood.ts';

/** Where the parts of a mood bar lie, in px of a box `width` wide; its middle is neutral, its ends are -1 and +1. */
export interface MoodBarGeometry {
  readonly middle: number;
  readonly bar: { readonly x: number; readonly width: number };
  /** The 95 % interval, cut off at the ends of the scale. */
  readonly whisker: { readonly from: number; readonly to: number } | null;
  /** The other weighting's mean. */
  readonly tick: number | null;
}

/** A mean of almost nothing is still a bar that can be seen. */
const MIN_WIDTH = 1;

/** Null without a score: then nothing is drawn, not a bar of 0. */
export function moodBarOf(reading: MoodReading, width: number): MoodBarGeometry | null {
  const { score, half, other } = reading;
  if (score === null) return null;
  const x = (value: number) => ((Math.min(1, Math.max(-1, value)) + 1) / 2) * width;
  const middle = width / 2;
  const end = x(score);
  return {
    middle,
    bar: { x: Math.min(middle, end), width: Math.max(MIN_WIDTH, Math.abs(end - middle)) },
    whisker: half === null ? null : { from: x(score - half), to: x(score + half) },
    tick: other === null ? null : x(other),
  };
}
