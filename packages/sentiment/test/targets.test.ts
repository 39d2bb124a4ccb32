import { expect } from 'chai';
import { createRuleScorer, type Span } from '../src/index.ts';

const finance = createRuleScorer({ mode: 'finance' });

const targetsOf = (text: string): readonly Span[] =>
  [...text.matchAll(/\$[A-Z]+/g)].map(({ index, 0: name }) => ({
    start: index,
    end: index + name.length,
  }));
const SIGNS = { positive: '+', neutral: '0', negative: '-' } as const;
/** One sign per target, in the order of the text. */
function signsOf(text: string): string {
  const targets = targetsOf(text);
  return targets.map((_, i) => SIGNS[finance.scoreTarget(text, targets, i).label]).join('');
}

/** Worked by reading: what a person would say of each instrument. */
const posts: Readonly<Record<string, string>> = {
  '$AAPL soars, $MSFT plunges': '+-',
  '$AAPL rallies while $MSFT crashes': '+-',
  'bullish on $AAPL but bearish on $MSFT': '+-',
  'long $AAPL, short $MSFT': '+-',
  '$AAPL calls and $MSFT puts': '+-',
  '$AAPL: strong quarter, $MSFT: awful': '+-',
  'I love $AAPL. I hate $MSFT.': '+-',
  '$AAPL up 3% $MSFT down 2%': '+-',
  'buying $AAPL selling $MSFT': '+-',
  '$AAPL 🚀 $MSFT 📉': '+-',
  'dumped $AAPL and loaded up on $MSFT': '-+',
  'Not buying $A. Buying $B': '-+',
  'Sold $AAPL to buy $MSFT': '-+',
  '$AAPL and $MSFT both soaring': '++',
  '$A, $B and $C are mooning': '+++',
  '$A and $B soar as $C tanks': '++-',
  'I see $A going up and $B going down': '+-',
  'buying $A and $B, selling $C': '++-',
  'short $A, $B and $C': '---',
};
const rotations: Readonly<Record<string, string>> = {
  'rotating out of $AAPL into $MSFT': '-+',
  'Out of $AAPL, into $MSFT': '-+',
  'Moved my cash from $AAPL to $MSFT': '-+',
  'swapped $A for $B': '-+',
};

describe('the score of one instrument of a post (S54)', () => {
  for (const [text, signs] of Object.entries(posts))
    it(`reads ${signs} in "${text}"`, () => {
      expect(signsOf(text)).to.equal(signs);
    });

  for (const [text, signs] of Object.entries(rotations))
    it(`lets the verb decide in "${text}"`, () => {
      expect(signsOf(text)).to.equal(signs);
    });

  it('takes the whole text, at half the confidence, where the clause says nothing', () => {
    const text = 'Holding $AAPL today; great day for $MSFT';
    const whole = finance.score(text);
    const found = finance.scoreTarget(text, targetsOf(text), 0);
    expect(found).to.deep.equal({ ...whole, confidence: whole.confidence / 2 });
  });

  it('scores the text of a single target as a whole', () => {
    const text = 'great day; $AAPL closed';
    expect(finance.scoreTarget(text, targetsOf(text), 0)).to.deep.equal(finance.score(text));
  });

  it('names the words of the clause where they stand in the post', () => {
    const text = '🚀 $AAPL soars, but $MSFT isn’t good';
    const targets = targetsOf(text);
    const [word] = finance.scoreTarget(text, targets, 1).words;
    expect(text.slice(word?.start, word?.end)).to.equal('good');
    expect(word?.contribution).to.be.lessThan(0);
  });

  it('keeps instruments out of the score whatever they are called', () => {
    const text = 'GOOD up, BAD down';
    const targets = [
      { start: 0, end: 4 },
      { start: 9, end: 12 },
    ];
    const words = finance.scoreTarget(text, targets, 1).words;
    expect(words.map(({ start, end }) => text.slice(start, end))).to.deep.equal(['down']);
  });

  it('looks no further than 400 characters, whatever stands there: no post is expensive', () => {
    const far = `bullish ${'x '.repeat(250)}`;
    const text = `${far}$A $B ${'y '.repeat(250)} soars`;
    expect(finance.scoreTarget(text, targetsOf(text), 0).confidence).to.equal(
      finance.score(text).confidence / 2,
    );
    const many = `${'$A '.repeat(2_000)}soars`;
    const confidenceOf = (index: number): number =>
      finance.scoreTarget(many, targetsOf(many), index).confidence;
    expect(confidenceOf(0)).to.equal(finance.score(many).confidence / 2);
    expect(confidenceOf(1_990)).to.be.greaterThan(0.5);
  });

  it('refuses a target that is not there', () => {
    expect(() => finance.scoreTarget('a', [], 0)).to.throw('a target of the text');
  });
});
