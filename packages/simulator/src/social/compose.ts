import type { Rng } from '../rng.ts';
import { pairs, singles, type Label, type Phrase, type Style } from './phrases.ts';
import { asides, campaigns, chatter, foreign, months, places, stuffings } from './small-talk.ts';
import { loudSubjects, type Subject } from './subjects.ts';

/** An instrument that a text names, and what its author means to say about it. */
export interface IntendedMention {
  readonly instrumentId: string;
  readonly label: Label;
  readonly kind: 'CASHTAG' | 'HASHTAG' | 'NAME' | 'BARE';
  /** UTF-16 code units of the text, end exclusive (E5). */
  readonly start: number;
  readonly end: number;
}

export interface Composition {
  readonly text: string;
  readonly style: Style;
  /** What it is written in, whatever its author claims. */
  readonly lang: string;
  readonly mentions: readonly IntendedMention[];
}

export interface Intent {
  /** What the author has in mind. */
  readonly subject: Subject;
  /** -1..1 */
  readonly mood: number;
  readonly lang: string;
  /** Another instrument that people feel so about. */
  readonly other: (label: Label) => Subject;
}

/** Shares of posts; the rest says one thing about one instrument. */
const CHATTER = 0.16;
const STUFFED = 0.008;
const PAIR = 0.12;
/** Of the English posts about something. */
const ASIDE = 0.85;
const NEUTRAL = 0.22;

const PREFIXES = ['ngl ', 'imo ', 'Morning note: ', 'update: ', 'so ', 'Quick take: '] as const;
const SUFFIXES: Readonly<Record<Label, readonly string[]>> = {
  POSITIVE: [' 🚀', ' 📈', '!', '!!', ' 🔥', ' 💎🙌'],
  NEUTRAL: ['', ' #crypto', ' #charts'],
  NEGATIVE: [' 📉', ' 🐻', '!', ' 💀', ' 😡'],
};
const COPY_ENDS = ['', ' this', ' +1', ' (via a mate)', ' said it first'] as const;
const CAMPAIGN_ENDS = ['', ' 🔥', '!!', ' friends', ' trust me', ' 100%', ' 🚀🚀', ' ok'] as const;
/** Words of the trade: with one of them near, a bare ticker or a name is an instrument (S51, S52). */
const CUES =
  /\b(?:shares?|charts?|price|calls|puts|short|shorting|position|market|investors|rally|trading|trades|bought|sold|dip|resistance|volume|losses|profits|wallet|breakout)\b/;
const CUE_WORDS = 4;

/** One text. The author's mood decides what is said, the dice how. */
export function compose(intent: Intent, rng: Rng): Composition {
  if (intent.lang !== 'en' && rng.chance(0.9)) {
    const phrase = rng.pick(foreign.filter((one) => one.lang === intent.lang));
    return fill(phrase, [intent.subject], rng);
  }
  const dice = rng.float();
  if (dice < CHATTER) {
    return { text: rng.pick(chatter), style: 'chatter', lang: 'en', mentions: [] };
  }
  if (dice < CHATTER + STUFFED) return stuff(rng);
  const label = labelOf(intent.mood, rng);
  if (dice < CHATTER + STUFFED + PAIR && label !== 'NEUTRAL') return pair(intent, label, rng);
  const phrase = rng.pick(singles.filter(({ labels }) => labels[0] === label));
  return decorate(fill(phrase, [intent.subject], rng), label, rng);
}

/** A logistic choice between praise and complaint, with a fixed share that is neither. */
function labelOf(mood: number, rng: Rng): Label {
  if (rng.chance(NEUTRAL)) return 'NEUTRAL';
  return rng.chance(1 / (1 + Math.exp(-3 * mood))) ? 'POSITIVE' : 'NEGATIVE';
}

function pair(intent: Intent, label: Label, rng: Rng): Composition {
  const phrase = rng.pick(pairs.filter(({ labels }) => labels.includes(label)));
  const first = phrase.labels[0] === label;
  const other = intent.other(phrase.labels[first ? 1 : 0] ?? 'NEUTRAL');
  const named = first ? [intent.subject, other] : [other, intent.subject];
  return decorate(fill(phrase, named, rng), 'NEUTRAL', rng);
}

function stuff(rng: Rng): Composition {
  const named = loudSubjects.slice(0, 6 + rng.int(loudSubjects.length - 5));
  const text = `${rng.pick(stuffings)} ${named.map((_, index) => `{${index}}`).join(' ')}`;
  const labels = named.map((): Label => 'NEUTRAL');
  return fill({ style: 'stuffed', text, labels, tagOnly: true }, named, rng, 'CASHTAG');
}

/** The text that a brigade copies, about one product. */
export function composeCampaign(subject: Subject, rng: Rng): Composition {
  const phrase: Phrase = { style: 'slang', text: rng.pick(campaigns), labels: ['POSITIVE'] };
  return fill(phrase, [subject], rng, 'CASHTAG');
}

/** Somebody else's text with another ending; whatever is named stays where it is. */
export function nearCopy(original: Composition, rng: Rng): Composition {
  return { ...original, text: `${original.text}${rng.pick<string>(COPY_ENDS)}` };
}

/** As {@link nearCopy}, in the voice of a campaign. */
export function campaignCopy(original: Composition, rng: Rng): Composition {
  return { ...original, text: `${original.text}${rng.pick<string>(CAMPAIGN_ENDS)}` };
}

/** Fill the slots of a phrase and note where each instrument stands. */
function fill(
  phrase: Phrase,
  named: readonly Subject[],
  rng: Rng,
  kind?: IntendedMention['kind'],
): Composition {
  const mentions: IntendedMention[] = [];
  let text = '';
  const pieces = vary(phrase.text, rng).split(/(\{\w+\})/);
  for (const [at, piece] of pieces.entries()) {
    const index = slotIndex(piece);
    const subject = named[index];
    if (subject === undefined) {
      text += figures(piece, rng);
      continue;
    }
    const spelled = kind ?? spelling(subject, phrase.tagOnly !== true && hasCue(pieces, at), rng);
    const start = text.length;
    text += spell(subject, spelled);
    const label = phrase.labels[index] ?? 'NEUTRAL';
    const { instrumentId } = subject;
    mentions.push({ instrumentId, label, kind: spelled, start, end: text.length });
  }
  return { text, style: phrase.style, lang: phrase.lang ?? 'en', mentions };
}

/** One of each `[this|that]`. */
function vary(text: string, rng: Rng): string {
  return text.replace(/\[([^\]]+)\]/g, (_, choices: string) => rng.pick(choices.split('|')));
}

/** `{a}`, `{b}` or a number: which of the named; -1 for anything else. */
function slotIndex(piece: string): number {
  const slot = /^\{(\w+)\}$/.exec(piece)?.[1] ?? '';
  return /^\d+$/.test(slot) ? Number(slot) : ['a', 'b'].indexOf(slot);
}

/** Is a word of the trade near the slot at this index? */
function hasCue(pieces: readonly string[], at: number): boolean {
  const words = (text: string | undefined): string[] => (text ?? '').trim().split(/\s+/);
  const before = words(pieces[at - 1]).slice(-CUE_WORDS);
  const after = words(pieces[at + 1]).slice(0, CUE_WORDS);
  return CUES.test([...before, ...after].join(' '));
}

/** Tickers and names without a mark only where a reader can tell what they are. */
function spelling({ isWord }: Subject, isClear: boolean, rng: Rng): IntendedMention['kind'] {
  const dice = rng.float();
  if (dice < 0.12 && !isWord) return 'HASHTAG';
  if (dice < 0.68 || !isClear) return 'CASHTAG';
  return dice < 0.86 || isWord ? 'NAME' : 'BARE';
}

function spell({ ticker, name }: Subject, kind: IntendedMention['kind']): string {
  if (kind === 'CASHTAG') return `$${ticker}`;
  if (kind === 'HASHTAG') return `#${ticker}`;
  return kind === 'NAME' ? name : ticker;
}

/** Numbers, months and places for the slots that name no instrument. */
function figures(text: string, rng: Rng): string {
  return text.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const percent = `${(0.6 + 9 * rng.float()).toFixed(1)}%`;
    if (slot === 'up') return `+${percent}`;
    // Some keyboards write a real minus.
    if (slot === 'down') return `${rng.chance(0.2) ? '\u2212' : '-'}${percent}`;
    if (slot === 'pct') return percent;
    if (slot === 'month') return rng.pick(months);
    if (slot === 'place') return rng.pick(places);
    return String(slot === 'q' ? 1 + rng.int(4) : 10 + rng.int(50));
  });
}

/** A word before, an emoji after, something beside the point, a link: what does not change what is meant. */
function decorate(plain: Composition, label: Label, rng: Rng): Composition {
  const prefix = rng.chance(0.15) ? rng.pick(PREFIXES) : '';
  const suffix = rng.chance(0.35) ? rng.pick(SUFFIXES[label]) : '';
  const aside = rng.chance(ASIDE) ? ` ${figures(vary(rng.pick(asides), rng), rng)}` : '';
  const link = rng.chance(0.05) ? ` feed.example/${rng.nextU32().toString(36)}` : '';
  const shift = prefix.length;
  return {
    ...plain,
    text: `${prefix}${plain.text}${suffix}${aside}${link}`,
    mentions: plain.mentions.map((one) => ({
      ...one,
      start: one.start + shift,
      end: one.end + shift,
    })),
  };
}
