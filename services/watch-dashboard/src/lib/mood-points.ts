import type { SentimentData } from './mood.ts';
import { isoMs } from './time.ts';

/** One place of the mood pane; `data` null where no window is known: the line breaks there and nothing is filled forward. */
export interface MoodPoint {
  readonly startMs: number;
  readonly data: SentimentData | null;
  /** The last one before a hole: what follows it is not drawn. */
  readonly isEdge: boolean;
}

/** Longer pauses are cut. */
const MAX_EMPTY = 240;

export interface MoodAxis {
  readonly sizeMs: number;
  /** Distance of the axis' places: a window that is wider stands on each place that it covers. */
  readonly stepMs: number;
  readonly fromMs: number;
  /** Start of the last place. */
  readonly untilMs: number;
}

/** Windows on an even axis, oldest first. */
export function moodPointsOf(
  moods: readonly SentimentData[],
  { sizeMs, stepMs, fromMs, untilMs }: MoodAxis,
): readonly MoodPoint[] {
  const points: MoodPoint[] = [];
  let expectedMs: number | null = null;
  const put = (data: SentimentData | null, windowMs: number) => {
    for (let startMs = windowMs; startMs < windowMs + sizeMs; startMs += stepMs) {
      if (startMs < fromMs || (startMs > windowMs && startMs > untilMs)) continue;
      points.push({ startMs, data, isEdge: false });
    }
  };
  for (const data of moods) {
    const startMs = isoMs(data.window_start);
    if (startMs + sizeMs <= fromMs) continue;
    if (expectedMs !== null && (startMs - expectedMs) / sizeMs <= MAX_EMPTY) {
      for (; expectedMs < startMs; expectedMs += sizeMs) put(null, expectedMs);
    }
    put(data, startMs);
    expectedMs = startMs + sizeMs;
  }
  return points.map((point, index) => {
    const next = points[index + 1];
    return { ...point, isEdge: hasMood(point) && next !== undefined && !hasMood(next) };
  });
}

function hasMood({ data }: MoodPoint): boolean {
  return data?.weighted.sentiment != null;
}

/** What a screen reader says of a window. */
export function moodSentence(data: SentimentData | null | undefined): string {
  if (data == null) return 'no window of posts';
  const mood = data.weighted.sentiment;
  return `mood ${mood === null ? 'none' : mood.toFixed(2)}, ${String(data.n)} posts`;
}
