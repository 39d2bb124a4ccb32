/**
 * What people of the synthetic world say. Every sentence is invented. `{a}`, `{b}`, `{c}` stand for instruments, `{up}` and `{down}` for
 * signed percentages, `{pct}` for one without a sign, `{num}` for a number.
 */

export type Label = 'POSITIVE' | 'NEUTRAL' | 'NEGATIVE';

/** Why a sentence is hard: the classes of sentiment.md S21, S22, S24 and S54. */
export type Style =
  /** Ordinary words of the lexicon. */
  | 'plain'
  /** Phrases whose words mean something else alone (S21). */
  | 'slang'
  | 'emoji'
  /** Action x instrument: buying calls, selling puts, covering a short (S24 a). */
  | 'options'
  /** Signed percentages (S24 b). */
  | 'percent'
  /** Noun polarity x verb direction: a bad thing that shrinks (S24 c). */
  | 'shifter'
  /** Only a question (S24 d). */
  | 'question'
  /** Only an announcement (S24 d). */
  | 'event'
  /** Negators beyond three tokens (S24 e). */
  | 'negation'
  | 'contrast-but'
  /** Two instruments, opposite views. */
  | 'opposite'
  /** Two instruments, one view (S54, coordinated). */
  | 'both'
  /** Out of one, into the other: the verb decides (S54). */
  | 'rotation'
  /** Many cashtags, nothing said. */
  | 'stuffed'
  /** No finance at all, sometimes with a word that is also a name. */
  | 'chatter'
  /** Not English. */
  | 'foreign';

export interface Phrase {
  readonly style: Style;
  readonly text: string;
  /** Intended labels of `{a}`, `{b}`, in this order. */
  readonly labels: readonly Label[];
  /** Only a cashtag or hashtag is sure to be recognised here: no finance word stands near (S51, S52). */
  readonly tagOnly?: true;
  readonly lang?: string;
}

const list = (
  style: Style,
  labels: readonly Label[],
  texts: readonly string[],
  more: { readonly tagOnly?: true; readonly lang?: string } = {},
): Phrase[] => texts.map((text) => ({ style, text, labels, ...more }));

const UP: readonly Label[] = ['POSITIVE'];
const DOWN: readonly Label[] = ['NEGATIVE'];
const FLAT: readonly Label[] = ['NEUTRAL'];
const tags = { tagOnly: true } as const;

/** One instrument, one view. */
export const singles: readonly Phrase[] = [
  ...list('plain', UP, [
    '{a} looks really strong here, great volume and buyers at every dip',
    'impressed by how well the {a} chart holds support, happy holder',
    'best price action of the week on {a}, love this breakout',
    'Added more {a} shares today. Solid team, growing demand, good entry.',
    'another excellent day for {a} investors, profits all around',
    'the market finally rewards {a}, a beautiful rally on strong volume',
  ]),
  ...list('plain', DOWN, [
    '{a} looks weak, sellers hit every bounce and the volume is awful',
    'terrible price action on {a}, support is broken and panic is next',
    'I am worried about {a}, the market hates it and losses keep growing',
    'Cut my {a} position at a loss today. Bad entry, worse chart.',
    'the {a} selloff is ugly and holders are scared',
    'disappointed with {a} again, worst trade of my month',
  ]),
  ...list('plain', FLAT, [
    '{a} trades around {num} with average volume this morning',
    'watching the {a} order book, spread as wide as yesterday',
    'moved my {a} from one wallet to another, fee was {num} cents',
    'the {a} chart on the daily: range since Tuesday',
  ]),
  ...list('slang', UP, [
    '{a} to the moon, diamond hands only',
    'buying the dip on {a} before the short squeeze starts',
    '{a} is printing money, bulls in full control, lfg',
    'still hodling {a}, this breakout is going parabolic',
  ]),
  ...list('slang', DOWN, [
    '{a} is a falling knife, bag holders everywhere',
    'dead cat bounce on {a}, rug pull next',
    'got rekt on {a}, paper hands were right this time',
    '{a} holders are exit liquidity, total pump and dump',
  ]),
  ...list('emoji', UP, ['{a} 🚀🚀🚀', '{a} chart 📈🔥 feeling bullish', '💎🙌 {a} price 🚀'], tags),
  ...list('emoji', DOWN, ['{a} 📉📉', '{a} chart 🐻📉 bearish', '{a} price 💀📉 🤡'], tags),
  ...list('options', UP, [
    'loaded up on {a} calls before the close',
    'sold my {a} puts, bought shares instead',
    'covered my {a} short this morning',
    'going long {a} here, opened new calls for Friday',
  ]),
  ...list('options', DOWN, [
    'bought {a} puts, strike {num}, two weeks out',
    'shorting {a} into this resistance',
    'dumped all my {a} calls at the open',
    'opened a short on {a}, stop above the high',
  ]),
  ...list('percent', UP, [
    '{a} {up} today',
    '{a} {up} since lunch, volume twice the average',
    'my {a} shares are {up} this week',
  ]),
  ...list('percent', DOWN, [
    '{a} {down} today',
    '{a} {down} in an hour, volume twice the average',
    'my {a} shares are {down} this week',
  ]),
  ...list('shifter', UP, [
    '{a} outflows ease for a third day',
    'selling pressure on {a} is fading',
    '{a} losses narrow as costs fall',
    'fears about {a} recede, volatility drops',
  ]),
  ...list('shifter', DOWN, [
    '{a} inflows dry up for a third day',
    'demand for {a} is fading',
    '{a} profits shrink as costs rise',
    'hopes for {a} fade, growth slows',
  ]),
  ...list('question', FLAT, [
    'is anyone trading {a} today?',
    'what is the {a} price doing, can someone explain the chart?',
    'where do you see {a} at the end of the quarter?',
    'which exchange has the lowest fee for {a}?',
  ]),
  ...list('event', FLAT, [
    '{a} reports on Thursday after the close',
    '{a} foundation to present at the Lakeside conference next week',
    'vote on the {a} treasury proposal opens Monday, quorum {pct}',
    '{a} files its quarterly report with the regulator',
  ]),
  ...list('negation', UP, [
    'I would not call anything about the {a} chart weak',
    'nobody who has held {a} shares this long seems worried',
    'there is nothing in the {a} numbers that looks bad to me',
  ]),
  ...list('negation', DOWN, [
    'I can not honestly say that the {a} chart looks good',
    'nobody who reads the {a} numbers could be optimistic',
    'the {a} rally never felt strong and it is not going to be great',
  ]),
  ...list('contrast-but', UP, [
    '{a} had an awful week, but the chart looks great now and buyers are back',
    'scary open for {a} but a fantastic recovery since',
  ]),
  ...list('contrast-but', DOWN, [
    'nice bounce on {a}, but the trend is terrible and I expect a crash',
    'good news for {a}, but the market clearly hates it',
  ]),
];

/** Two instruments. */
export const pairs: readonly Phrase[] = [
  ...list(
    'opposite',
    ['POSITIVE', 'NEGATIVE'],
    [
      '{a} looks strong while {b} looks awful',
      'love the {a} breakout, hate the {b} chart',
      '{a} {up} today, {b} {down}',
      'great volume on {a}; {b} is a disaster',
    ],
  ),
  ...list(
    'opposite',
    ['NEGATIVE', 'POSITIVE'],
    [
      '{a} is weak and bleeding whereas {b} is strong and rallying',
      'shorting {a}, loading up on {b} calls',
      'terrible close for {a}, excellent one for {b}',
    ],
  ),
  ...list(
    'rotation',
    ['NEGATIVE', 'POSITIVE'],
    [
      'rotating out of {a} into {b}',
      'sold my {a} shares to buy {b}',
      'money is moving from {a} to {b} today',
    ],
  ),
  ...list(
    'both',
    ['POSITIVE', 'POSITIVE'],
    [
      '{a} and {b} both look strong here, great volume',
      'bullish on {a} and {b}, best charts in the market',
    ],
  ),
  ...list(
    'both',
    ['NEGATIVE', 'NEGATIVE'],
    [
      '{a} and {b} both look terrible, sellers everywhere',
      'bearish on {a} and {b}, ugly charts in a weak market',
    ],
  ),
];

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
  'my sister named her cat Cinder and it fits',
  'rain again. tea again.',
  'that concert was the best thing I have heard all year!!',
  'lost my keys, my patience and $20 before noon',
  'how is it Friday already',
  'finished the puzzle: 1,000 pieces, one missing',
];

/** What the few say who do not write English. */
export const foreign: readonly Phrase[] = [
  ...list('foreign', UP, ['{a} sieht richtig stark aus, ich kaufe heute nach'], { lang: 'de' }),
  ...list('foreign', DOWN, ['{a} fällt und fällt, ich verkaufe alles mit Verlust'], { lang: 'de' }),
  ...list('foreign', FLAT, ['wer handelt heute {a} und an welcher Börse?'], { lang: 'de' }),
  ...list('foreign', UP, ['{a} está subiendo con mucha fuerza, compro más'], { lang: 'es' }),
  ...list('foreign', DOWN, ['qué desastre {a}, vendo todo antes de que caiga más'], { lang: 'es' }),
  ...list('foreign', UP, ['{a} monte encore, quelle belle séance pour les acheteurs'], {
    lang: 'fr',
  }),
  ...list('foreign', DOWN, ['{a} s’effondre, je vends avant la clôture'], { lang: 'fr' }),
  ...list('foreign', UP, ['{a} subindo forte hoje, comprei mais um pouco'], { lang: 'pt' }),
  ...list('foreign', DOWN, ['{a} caindo sem parar, que prejuízo'], { lang: 'pt' }),
  ...list('foreign', UP, ['{a} が強い。今日は買い増した📈'], { lang: 'ja' }),
  ...list('foreign', DOWN, ['{a} が下がり続けている。損切りした📉'], { lang: 'ja' }),
];

/** What a brigade copies: long, so that a changed word leaves it a copy (S64). */
export const campaigns: readonly string[] = [
  '{a} is the most undervalued coin on the whole market right now, the team is amazing, huge partnership coming this week, buy before everyone else wakes up',
  'I have never been this bullish, {a} will do a clean ten times from here, insiders are loading up, do not miss this massive breakout, get in now',
  'everyone is sleeping on {a}, best chart I have seen in years, strong hands only, the big announcement drops soon and it will go straight to the moon',
  'put everything I have into {a} today, easiest win of my life, whales are buying, supply is gone, huge rally guaranteed, thank me later friends',
];
