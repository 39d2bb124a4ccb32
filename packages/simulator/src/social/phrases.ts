/**
 * What people of the synthetic world say. Every sentence is invented. `{a}`, `{b}`, `{c}` stand for instruments, `{up}` and `{down}` for
 * signed percentages, `{pct}` for one without a sign, `{num}` for a number; of `[this|that]` the dice choose one.
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

/** Phrases of one style and labels. */
export const list = (
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
    '{a} looks [really|so] [strong|healthy|impressive] here, [great|excellent|solid] volume and buyers at [every dip|each pullback|all levels]',
    'impressed by how [well|firmly] the {a} chart [holds support|respects the range low], [happy|glad|proud] holder since [spring|March|last year]',
    '[best|nicest|cleanest] price action of the [week|day|month] on {a}, I [love|enjoy|like] this breakout',
    'Added [more|some|{num}] {a} shares [today|at the open|after lunch]. [Solid|Talented|Excellent] team, growing [demand|revenue|interest], good entry.',
    'another [excellent|great|superb] [day|session|week] for {a} investors, profits [all around|again|across the board]',
    'the market finally rewards {a}, a [beautiful|wonderful|strong] rally on [strong|record] volume',
  ]),
  ...list('plain', DOWN, [
    '{a} looks [really|so] [weak|terrible|sick] here, sellers hit [every bounce|each rally|all bids] and the volume is [awful|horrible|poor]',
    '[terrible|horrible|ugly] price action on {a}, support is broken and [panic|a crash|more pain] is next',
    'I am [worried|afraid|nervous] about {a}, the market [hates|punishes] it and losses keep [growing|mounting]',
    'Cut my {a} position at a loss [today|at the open|after lunch]. Bad entry, [worse chart|awful timing|terrible plan].',
    'the {a} selloff is [ugly|brutal|awful] and [holders|investors|buyers] are [scared|in pain|furious]',
    '[disappointed|unhappy|frustrated] with {a} again, worst [trade|position|idea] of my [month|week|year]',
  ]),
  ...list('plain', FLAT, [
    '{a} trades around {num} with average volume [this morning|tonight|before noon]',
    'watching the {a} order book, spread as wide as [yesterday|last week|on Monday]',
    'moved my {a} from [one wallet to another|the phone to the desk wallet], fee was {num} cents',
    'the {a} chart on the [daily|weekly|4h]: range since [Tuesday|the 3rd|{num} days]',
  ]),
  ...list('slang', UP, [
    '{a} to the moon, diamond hands [only|here|since day one]',
    'buying the dip on {a} before the short squeeze [starts|begins|gets going]',
    '{a} is printing money, bulls in [full|total] control, lfg',
    'still hodling {a}, this breakout is going parabolic [soon|this week|by Friday]',
  ]),
  ...list('slang', DOWN, [
    '{a} is a falling knife, bag holders [everywhere|all over|in every chat]',
    'dead cat bounce on {a}, rug pull [next|coming|by Friday]',
    'got rekt on {a}, paper hands were right [this time|again]',
    '{a} holders are exit liquidity, [total|classic|another] pump and dump',
  ]),
  ...list(
    'emoji',
    UP,
    [
      '{a} 🚀🚀🚀',
      '{a} chart 📈🔥 feeling bullish',
      '💎🙌 {a} price 🚀',
      '{a} {num} soon 📈',
      '📈 {a} week {num} 🔥',
    ],
    tags,
  ),
  ...list(
    'emoji',
    DOWN,
    [
      '{a} 📉📉',
      '{a} chart 🐻📉 bearish',
      '{a} price 💀📉 🤡',
      '{a} back to {num} 📉',
      '💀 {a} week {num} 🐻',
    ],
    tags,
  ),
  ...list('options', UP, [
    '[loaded|loading] up on {a} calls before the [close|weekend|print]',
    'sold my {a} puts, bought shares [instead|today|after that]',
    'covered my {a} short [this morning|at the low|before lunch]',
    'going long {a} here, opened new calls for [Friday|June|next month]',
  ]),
  ...list('options', DOWN, [
    'bought {a} puts, strike {num}, [two weeks|a month|three days] out',
    'shorting {a} into this resistance [again|today|at {num}]',
    'dumped all my {a} calls [at the open|before lunch|into the close]',
    'opened a short on {a}, stop above [the high|{num}|yesterday]',
  ]),
  ...list('percent', UP, [
    '{a} {up} today',
    '{a} {up} since [lunch|the open|midnight], volume [twice|three times] the average',
    'my {a} shares are {up} this [week|month|year]',
  ]),
  ...list('percent', DOWN, [
    '{a} {down} today',
    '{a} {down} [in an hour|since the open|since midnight], volume [twice|three times] the average',
    'my {a} shares are {down} this [week|month|year]',
  ]),
  ...list('shifter', UP, [
    '{a} outflows ease for a [third|fourth|second] day',
    'selling pressure on {a} is fading [today|since noon|at {num}]',
    '{a} losses narrow as costs fall [in Q{q}|this quarter]',
    'fears about {a} recede, volatility drops [to {num}|again]',
  ]),
  ...list('shifter', DOWN, [
    '{a} inflows dry up for a [third|fourth|second] day',
    'demand for {a} is fading [today|since noon|at {num}]',
    '{a} profits shrink as costs rise [in Q{q}|this quarter]',
    'hopes for {a} fade, growth slows [to {pct}|again]',
  ]),
  ...list('question', FLAT, [
    'is anyone trading {a} [today|tonight|this week]?',
    'what is the {a} price doing [now|since {num}:00], can someone explain the chart?',
    'where do you see {a} at the end of [the quarter|the year|June]?',
    'which exchange has the lowest fee for {a} [orders|transfers]?',
  ]),
  ...list('event', FLAT, [
    '{a} reports on [Thursday|Monday|the {num}th] after the close',
    '{a} foundation to present at the [spring|autumn|annual] conference next [week|month]',
    'vote on the {a} treasury proposal opens [Monday|Friday|at noon], quorum {pct}',
    '{a} files its [quarterly|annual] report with the regulator',
  ]),
  ...list('negation', UP, [
    'I would not call anything about the {a} chart [weak|bad|ugly]',
    'nobody who has held {a} shares this long seems [worried|scared|nervous]',
    'there is nothing in the {a} numbers that looks [bad|weak|wrong] to me',
  ]),
  ...list('negation', DOWN, [
    'I can not honestly say that the {a} chart looks [good|healthy|strong]',
    'nobody who reads the {a} numbers could be [optimistic|happy|confident]',
    'the {a} rally never felt [strong|solid|real] and it is not going to be great',
  ]),
  ...list('contrast-but', UP, [
    '{a} had an [awful|ugly|horrible] week, but the chart looks [great|excellent|strong] now and buyers are back',
    '[scary|bad|weak] open for {a} but a [fantastic|great|strong] recovery since',
  ]),
  ...list('contrast-but', DOWN, [
    '[nice|good|pretty] bounce on {a}, but the trend is [terrible|awful|horrible] and I expect a crash',
    '[good|great] news for {a}, but the market clearly hates it',
  ]),
];

/** Two instruments. */
export const pairs: readonly Phrase[] = [
  ...list(
    'opposite',
    ['POSITIVE', 'NEGATIVE'],
    [
      '{a} looks [strong|great|healthy] while {b} looks [awful|terrible|weak]',
      'love the {a} breakout, hate the {b} chart',
      '{a} {up} today, {b} {down}',
      '[great|excellent] volume on {a}; {b} is a disaster',
    ],
  ),
  ...list(
    'opposite',
    ['NEGATIVE', 'POSITIVE'],
    [
      '{a} is weak and bleeding whereas {b} is strong and rallying',
      'shorting {a}, loading up on {b} calls',
      '[terrible|awful] close for {a}, [excellent|great] one for {b}',
    ],
  ),
  ...list(
    'rotation',
    ['NEGATIVE', 'POSITIVE'],
    [
      'rotating out of {a} into {b}',
      'sold my {a} shares to buy {b}',
      'money is moving from {a} to {b} [today|this week]',
    ],
  ),
  ...list(
    'both',
    ['POSITIVE', 'POSITIVE'],
    [
      '{a} and {b} both look [strong|great|healthy] here, [great|solid] volume',
      'bullish on {a} and {b}, best charts in the market',
    ],
  ),
  ...list(
    'both',
    ['NEGATIVE', 'NEGATIVE'],
    [
      '{a} and {b} both look [terrible|awful|weak], sellers everywhere',
      'bearish on {a} and {b}, ugly charts in a weak market',
    ],
  ),
];
