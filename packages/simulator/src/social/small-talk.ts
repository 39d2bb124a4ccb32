import { list, type Phrase } from './phrases.ts';

/** What the rest of the world's texts is made of: asides, watch lists, chatter, other languages, campaigns. Invented like the others. */

/**
 * A sentence beside the point, so that two people who mean the same do not write copies: tens of thousands of them, none with a word that
 * says good or bad.
 */
export const asides: readonly string[] = [
  '[Wrote|Typed|Posted|Noted] this [on the train|at the kitchen table|in the office lift|at the bus stop|on the ferry|in the garden|from the balcony|between two meetings] [before breakfast|around noon|at half past {num}|after the school run|late last night|with coffee number {num}].',
  '[My brother|My neighbour|A colleague|My barber|Our postman|My cousin|The group chat|My old boss|My dentist] [asked|texted|wrote|called] about it [on Tuesday|{num} minutes ago|over lunch|at the game|during the drive home|this morning].',
  '[Drew|Measured|Marked|Redrew] the [{num}-day line|weekly levels|channel from {num} to {num}|range of {month}] [on paper|on the tablet|with my daughter|over tea|on the second screen|with a ruler].',
  '[Source|Seen]: [the {num}-minute chart|a terminal at work|the tape since {num}:{num}|a spreadsheet with {num} rows|page {num} of the filing|line {num} of the table].',
  '[Day|Week|Month] {num} of [watching|tracking|logging|following] this [from {place}|with {num} alerts|on one screen|next to the day job|in the {month} notebook].',
  '[Position|Size|Stake]: {num} units at {num}.{num}, [since {month}|opened {num} days ago|same as in {month}|checked at {num}:{num}].',
];
export const months = [
  'January',
  'March',
  'April',
  'June',
  'August',
  'October',
  'November',
] as const;
export const places = [
  'Lisbon',
  'Oslo',
  'Leeds',
  'Austin',
  'Osaka',
  'Kraków',
  'Perth',
  'Quito',
] as const;

/** Six cashtags and more; the number is filled in by the composer. */
export const stuffings: readonly string[] = [
  'watchlist for today',
  'follow for daily charts',
  'trending in my group',
];

/** About anything else. The capitals and lower case words that are names elsewhere are meant to be nobody's. */
export const chatter: readonly string[] = [
  'the bread finally rose, third attempt this week 🍞',
  'hiked up to the glacier with the kids, everyone slept on the way home',
  'anyone else up at 4am because of the neighbour’s dog?',
  'a kestrel has been sitting on our fence all morning',
  'new phone charger, who knew a volt more would matter',
  'painted the hallway a mossy green and regret nothing',
  'reading about the double helix on the train, missed my stop',
  'low tide at six, the beach is ours',
  'raked the last cinder out of the stove, winter can come',
  'rain again. tea again.',
  'that concert was the best thing I have heard all year!!',
  'lost my keys, my patience and $20 before noon',
  'how is it Friday already',
  'finished the puzzle: 1,000 pieces, one missing',
];

const UP = ['POSITIVE'] as const;
const DOWN = ['NEGATIVE'] as const;
const FLAT = ['NEUTRAL'] as const;

/** What the few say who do not write English. */
export const foreign: readonly Phrase[] = [
  ...list(
    'foreign',
    UP,
    [
      '{a} sieht [heute|gerade|wieder] richtig stark aus, ich kaufe [am Abend|bei {num}|morgen früh] nach',
    ],
    { lang: 'de' },
  ),
  ...list(
    'foreign',
    DOWN,
    [
      '{a} fällt [seit {num} Tagen|seit dem Mittag|schon wieder], ich verkaufe [alles|die Hälfte|{num} Stück] mit Verlust',
    ],
    { lang: 'de' },
  ),
  ...list(
    'foreign',
    FLAT,
    ['wer handelt [heute|morgen|am {num}.] {a} und an welcher Börse [mit|ohne] App?'],
    { lang: 'de' },
  ),
  ...list(
    'foreign',
    UP,
    [
      '{a} está subiendo con [mucha|tanta] fuerza [hoy|desde las {num}|esta semana], compro [más|otros {num}]',
    ],
    { lang: 'es' },
  ),
  ...list(
    'foreign',
    DOWN,
    [
      'qué desastre {a} [hoy|otra vez|desde las {num}], vendo [todo|la mitad|{num}] antes de que caiga más',
    ],
    { lang: 'es' },
  ),
  ...list(
    'foreign',
    UP,
    [
      '{a} monte [encore|toujours|depuis {num} jours], quelle belle séance pour les [acheteurs|patients|{num} premiers]',
    ],
    { lang: 'fr' },
  ),
  ...list(
    'foreign',
    DOWN,
    [
      '{a} s’effondre [ce matin|depuis {num} jours|encore], je vends [tout|la moitié|à {num}] avant la clôture',
    ],
    { lang: 'fr' },
  ),
  ...list(
    'foreign',
    UP,
    ['{a} subindo [forte|muito] [hoje|desde as {num}], comprei mais [um pouco|{num}]'],
    { lang: 'pt' },
  ),
  ...list(
    'foreign',
    DOWN,
    ['{a} caindo sem parar [desde ontem|há {num} dias], que prejuízo [para mim|de {pct}]'],
    { lang: 'pt' },
  ),
  ...list('foreign', UP, ['{a} が強い。今日は{num}枚買い増した📈'], { lang: 'ja' }),
  ...list('foreign', DOWN, ['{a} が{num}日下がり続けている。損切りした📉'], { lang: 'ja' }),
];

/** What a brigade copies: long, so that a changed word leaves it a copy (S64). */
export const campaigns: readonly string[] = [
  '{a} is the most undervalued coin on the whole market right now, the team is amazing, huge partnership coming this week, buy before everyone else wakes up',
  'I have never been this bullish, {a} will do a clean ten times from here, insiders are loading up, do not miss this massive breakout, get in now',
  'everyone is sleeping on {a}, best chart I have seen in years, strong hands only, the big announcement drops soon and it will go straight to the moon',
  'put everything I have into {a} today, easiest win of my life, whales are buying, supply is gone, huge rally guaranteed, thank me later friends',
];
