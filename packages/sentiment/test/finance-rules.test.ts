import { expect } from 'chai';
import { createRuleScorer, type MoodLabel } from '../src/index.ts';
import { badThings, downward, goodThings, upward } from '../src/finance/grammar.ts';

/** S20 to S24: each rule of finance mode with texts where it decides and texts where it must not. */

const finance = createRuleScorer({ mode: 'finance' });
const wordsOf = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    finance
      .score(text)
      .words.map(({ start, end, contribution }) => [text.slice(start, end), contribution]),
  );
const labelsOf = (texts: readonly string[]): readonly MoodLabel[] =>
  texts.map((text) => finance.score(text).label);
const all = (texts: readonly string[], label: MoodLabel): void => {
  const wrong = texts.filter((text) => finance.score(text).label !== label);
  expect(wrong, label).to.deep.equal([]);
};

describe('rules of finance mode', () => {
  it('S20: entities, curly apostrophes, links, cashtags, hashtags', () => {
    expect(wordsOf('it isn’t good')).to.deep.equal({ good: 1.9 * -0.74 });
    expect(wordsOf('bulls &amp; bears &#128640;')).to.have.keys('bulls', 'bears', '&#128640;');
    expect(wordsOf('see https://example.com/crash $MOON $GOOD.A')).to.deep.equal({});
    expect(wordsOf('#bullish')).to.deep.equal({ bullish: 2.9 });
    // Amounts are no cashtags, and a dash parts words.
    expect(wordsOf('$20 target—bullish')).to.deep.equal({ bullish: 2.9 });
  });

  it('S21: a phrase is one token in any case, and its words no longer count', () => {
    expect(wordsOf('Diamond HANDS here')).to.have.keys('Diamond HANDS');
    expect(wordsOf('a dead cat bounce')).to.deep.equal({ 'dead cat bounce': -2.4 });
    expect(wordsOf('a dead cat. Bounce')).to.not.have.property('dead cat. Bounce');
  });

  it('S22: emoji have a valence of their own, three of a kind count, others say nothing', () => {
    expect(finance.score('😂').score).to.be.lessThan(0);
    expect(finance.score('😇🏠').words).to.deep.equal([]);
    expect(finance.score('🚀🚀🚀🚀🚀').score).to.equal(finance.score('🚀🚀🚀').score);
    expect(finance.score('🚀🚀').score).to.be.lessThan(finance.score('🚀🚀🚀').score);
    // Variation selectors and skin tones make no other emoji.
    expect(finance.score('👍🏽⬆️').words).to.have.length(2);
    // A negation before it is about the words.
    expect(finance.score('not sure 🚀').score).to.be.greaterThan(0);
  });

  it('S23: "but" weighs every value in its own place', () => {
    const found = finance
      .score('bullish but not bullish')
      .words.map(({ contribution }) => contribution);
    expect(found[0]).to.be.closeTo(1.45, 1e-9);
    expect(found[1]).to.be.closeTo(2.9 * -0.74 * 1.5, 1e-9);
  });

  it('S24a: a trade is its action times its instrument', () => {
    all(
      [
        'loaded up on calls',
        'bought weekly 300c',
        'closed my puts',
        'covering my short',
        'sold puts here',
        'adding shares',
      ],
      'positive',
    );
    all(
      [
        'bought some 250p today',
        'opened a short',
        'dumped all my shares',
        'selling my calls',
        'buying puts',
      ],
      'negative',
    );
    all(['earnings call at five', 'it is a long-term view', 'the conference call'], 'neutral');
  });

  it('S24b: signed percentages, and "up" or "down" by a share', () => {
    all(['it is +5.2% now', '(+3%)', 'up 3 percent'], 'positive');
    all(['it is -5.2% now', 'it is −4% now', 'down 3%'], 'negative');
    all(['5% of the float', '2020-21 results', 'a 3-5% range'], 'neutral');
    expect(finance.score('up 3%').score).to.be.greaterThan(finance.score('up there').score);
    all(['at a 52-week high', 'record highs'], 'positive');
    all(['at a 52-week low', 'multi-year lows'], 'negative');
  });

  it('S24c: what moves decides what its movement means, for every thing and movement', () => {
    const wrong: string[] = [];
    const one = (set: ReadonlySet<string>): readonly string[] => [...set];
    for (const [things, up, down] of [
      [goodThings, 'positive', 'negative'],
      [badThings, 'negative', 'positive'],
    ] as const)
      for (const thing of one(things))
        for (const [movement, label] of [
          ['rising', up],
          ['falling', down],
        ] as const)
          if (finance.score(`${thing} ${movement}`).label !== label)
            wrong.push(`${thing} ${movement}`);
    for (const movement of one(upward))
      if (finance.score(`the margin ${movement}`).label !== 'positive') wrong.push(movement);
    for (const movement of one(downward))
      if (finance.score(`the margin ${movement}`).label !== 'negative') wrong.push(movement);
    expect(wrong).to.deep.equal([]);
  });

  it('S24c: a thing does not move with the verb of another clause', () => {
    expect(wordsOf('losses, rising stars')).to.have.property('rising').that.is.greaterThan(0);
    expect(wordsOf('losses rising')).to.have.property('rising').that.is.lessThan(0);
  });

  it('S24d: questions and notices are neutral, opinions in them are not', () => {
    all(
      [
        'Is $TIDE a good buy?',
        'Acme to present at a growth conference',
        'Acme declares dividend',
        'Why are shares up today?',
      ],
      'neutral',
    );
    expect(labelsOf(['Is this scam a fraud?', 'a good buy'])).to.deep.equal([
      'negative',
      'positive',
    ]);
  });

  it('S24e: of everyday words it denies the first behind it, and ends where something new begins', () => {
    all(
      ['nothing in the numbers of today looks bad', 'I do not think of it as a bad idea'],
      'positive',
    );
    all(['nobody who reads it could be optimistic'], 'negative');
    all(['I would not trade in that way because good things take time'], 'positive');
  });

  it('S24e: a negation reaches to the end of its clause or "but"', () => {
    all(['I do not think this stock is going up', 'the chart fails to break out'], 'negative');
    all(['not for me today, going up', 'not sure at all but going up'], 'positive');
    all(['it will not in my view be a crash', 'please stop selling it'], 'positive');
  });

  it('S25: double meanings', () => {
    all(['profit booking at the open', 'this is a POS', 'in the red'], 'negative');
    all(
      ['he put up a sign', 'short-term and long-term', 'customer support', 'the track record'],
      'neutral',
    );
  });
});
