import { formatCount, formatShare } from './format.ts';
import { flagOf, moodText } from './mood-cell.ts';
import { MIN_POSTS, scoredCount, type SentimentData } from './mood.ts';
import { isoMs, spanText, type Zone } from './time.ts';

/** Something that a person may want to know about a symbol. */
export interface MoodSignal {
  readonly id: string;
  readonly kind: 'brigade' | 'copies?' | 'flip';
  readonly isWarning: boolean;
  readonly instrumentId: string;
  readonly timeMs: number;
  readonly text: string;
}

/** A change of sign of at least this much is a flip. @default */
const FLIP = 0.3;
const HOUR_MS = 3_600_000;

/** Flips and flags of the last hour, from windows of five minutes (oldest first); the same windows give the same signals. */
export function moodSignals(
  windows: readonly SentimentData[],
  nowMs: number,
  zone: Zone,
): readonly MoodSignal[] {
  const recent = windows.filter(
    (data) => isoMs(data.window_end) > nowMs - HOUR_MS && scoredCount(data) >= MIN_POSTS,
  );
  return recent.flatMap((data, index) => [
    ...flagSignal(data, zone),
    ...flipSignal(recent[index - 1], data),
  ]);
}

function flagSignal(data: SentimentData, zone: Zone): readonly MoodSignal[] {
  const flag = flagOf(data);
  if (flag === null) return [];
  const span = spanText(isoMs(data.window_start), isoMs(data.window_end), zone);
  const copies = formatShare(data.near_duplicate_share ?? 0);
  return [
    signalOf(data, flag === 'brigade' ? 'brigade' : 'copies?', true, [
      `${formatCount(data.author_count)} authors wrote ${formatCount(data.n)} posts ${span}, ${copies} near-copies.`,
      `Raw mood ${moodText(data.raw.sentiment)}, weighted ${moodText(data.weighted.sentiment)}.`,
    ]),
  ];
}

function flipSignal(before: SentimentData | undefined, data: SentimentData): readonly MoodSignal[] {
  const from = before?.weighted.sentiment ?? null;
  const to = data.weighted.sentiment;
  if (before === undefined || from === null || to === null) return [];
  if (Math.sign(from) === Math.sign(to) || Math.abs(to - from) < FLIP) return [];
  const minutes = (isoMs(data.window_end) - isoMs(before.window_start)) / 60_000;
  const { agreement } = data.weighted;
  return [
    signalOf(data, 'flip', false, [
      `Mood crossed from ${moodText(from)} to ${moodText(to)} in ${String(minutes)} min${
        agreement === null ? '' : `, agreement ${agreement.toFixed(2)}`
      }.`,
    ]),
  ];
}

function signalOf(
  data: SentimentData,
  kind: MoodSignal['kind'],
  isWarning: boolean,
  sentences: readonly string[],
): MoodSignal {
  return {
    id: `${kind}|${data.instrument_id}|${data.window_start}`,
    ...{ kind, isWarning },
    instrumentId: data.instrument_id,
    timeMs: Math.min(isoMs(data.window_end), isoMs(data.known_at)),
    text: sentences.join(' '),
  };
}
