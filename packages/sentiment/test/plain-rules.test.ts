import { expect } from 'chai';
import { unmapped } from '../src/mapped-text.ts';
import { analysePlain } from '../src/plain.ts';

/**
 * Each rule of the original with a text where it fires and one where it must not. The numbers are worked by hand from the lexicon's means
 * (good 1.9, bad -2.5, nice 1.8, great 3.1, joy 2.8, tears -.9, lol 1.8, no -1.2, kind 2.4, doubt -1.5, bomb -2.2) and the constants
 * booster .293, capitals .733, negation -.74.
 */
interface Case {
  readonly rule: string;
  readonly fires: string;
  readonly sum: number;
  readonly not: string;
  readonly stays: number;
}

const cases: readonly Case[] = [
  {
    rule: 'S10: an emoji is its description',
    fires: '😂 lol',
    sum: -0.9 + 2.8 + 1.8,
    not: 'lol',
    stays: 1.8,
  },
  {
    rule: 'S10: nothing parts a description from what follows',
    fires: '😂lol',
    sum: -0.9,
    not: '😂 lol',
    stays: 3.7,
  },
  { rule: 'S11: punctuation is stripped', fires: '(good)', sum: 1.9, not: 'go-od', stays: 0 },
  {
    rule: 'S11: hardly anything stays as it is',
    fires: 'no good',
    sum: -0.74 * 1.9,
    not: 'no, good',
    stays: 1.9,
  },
  {
    rule: 'S12: "kind" before "of" says nothing',
    fires: 'kind of',
    sum: 0,
    not: 'kind',
    stays: 2.4,
  },
  {
    rule: 'S13.1: "no" before a polar word says nothing itself',
    fires: 'no good',
    sum: -0.74 * 1.9,
    not: 'no way',
    stays: -1.2,
  },
  {
    rule: 'S13.2: "no ... or" denies',
    fires: 'no tea or good',
    sum: -1.2 - 0.74 * 1.9,
    not: 'no tea and good',
    stays: -1.2 + 1.9,
  },
  {
    rule: 'S13.3: capitals among small letters',
    fires: 'GOOD day',
    sum: 1.9 + 0.733,
    not: 'GOOD DAY',
    stays: 1.9,
  },
  {
    rule: 'S13.4: a booster adds in the direction of the word',
    fires: 'very bad',
    sum: -2.5 - 0.293,
    not: 'bad very',
    stays: -2.5,
  },
  {
    rule: 'S13.4: and less, the further away',
    fires: 'really such a good',
    sum: 1.9 + 0.9 * 0.293,
    not: 'really this is such good',
    stays: 1.9,
  },
  {
    rule: 'S13.4: a booster in capitals adds more',
    fires: 'VERY good',
    sum: 1.9 + 0.293 + 0.733,
    not: 'VERY GOOD',
    stays: 1.9 + 0.293,
  },
  {
    rule: 'S13.4: a negation right before',
    fires: 'not good',
    sum: -0.74 * 1.9,
    not: 'good not',
    stays: 1.9,
  },
  {
    rule: 'S13.4: a negation three before',
    fires: 'not such a good',
    sum: -0.74 * 1.9,
    not: 'not such a very good',
    stays: 1.9 + 0.293,
  },
  {
    rule: 'S13.4: "never so"',
    fires: 'never so good',
    sum: (1.9 + 0.293) * 1.25,
    not: 'never good',
    stays: -0.74 * 1.9,
  },
  {
    rule: 'S13.4: "so" alone, three words in',
    fires: 'it is so good',
    sum: (1.9 + 0.293) * 1.25,
    not: 'so good',
    stays: 1.9 + 0.293,
  },
  {
    rule: 'S13.4: "without doubt" denies nothing',
    fires: 'without doubt good',
    sum: -0.74 * -1.5 + 1.9,
    not: 'without good',
    stays: -0.74 * 1.9,
  },
  {
    rule: 'S13.5: "least"',
    fires: 'least good',
    sum: -0.74 * 1.9,
    not: 'at least good',
    stays: 1.9,
  },
  {
    rule: 'S14: an expression replaces the word',
    fires: 'it was the bomb',
    sum: 3,
    not: 'it was a bomb',
    stays: -2.2,
  },
  {
    rule: 'S14: an expression behind the word',
    fires: 'he had a bad ass car',
    sum: 1.5 + 1.5,
    not: 'bad',
    stays: -2.5,
  },
  {
    rule: 'S14: "kind of" before the word',
    fires: 'it was kind of good',
    sum: 1.9 - 0.293,
    not: 'kind of good',
    stays: 1.9,
  },
  {
    rule: 'S15: "but" halves what is before and lifts what is behind',
    fires: 'good but bad',
    sum: 0.95 - 3.75,
    not: 'good and bad',
    stays: -0.6,
  },
  {
    rule: 'S15: an equal value moves the first of its kind',
    fires: 'good good but great',
    sum: 0.95 + 0.95 + 4.65,
    not: 'good good great',
    stays: 6.9,
  },
];

const sumOf = (text: string): number =>
  analysePlain(unmapped(text)).words.reduce((sum, { contribution }) => sum + contribution, 0);
const compoundOf = (text: string): number => analysePlain(unmapped(text)).compound;
const squash = (sum: number): number => sum / Math.sqrt(sum * sum + 15);

describe('rules of plain mode', () => {
  for (const { rule, fires, sum, not, stays } of cases)
    it(rule, () => {
      expect(sumOf(fires), fires).to.be.closeTo(sum, 1e-9);
      expect(sumOf(not), not).to.be.closeTo(stays, 1e-9);
    });

  it('S15: the quirk moves twice what has the value of another after the first move', () => {
    // .95 would be halved again if it were met again: 1.9 -> .95, then the second 1.9, which "first index" now finds itself.
    expect(sumOf('good good but bad')).to.be.closeTo(0.95 + 0.95 - 3.75, 1e-9);
    // Behind "but": the first turn takes the first index, before it; the value of the second is its own.
    expect(sumOf('good but good')).to.be.closeTo(0.95 + 2.85, 1e-9);
  });

  it('S16: exclamation marks count up to four, question marks from two on', () => {
    expect(compoundOf('good!')).to.be.closeTo(squash(1.9 + 0.292), 1e-4);
    expect(compoundOf('good!!!!!!')).to.be.closeTo(squash(1.9 + 4 * 0.292), 1e-4);
    expect(compoundOf('good?')).to.be.closeTo(squash(1.9), 1e-4);
    expect(compoundOf('good???')).to.be.closeTo(squash(1.9 + 3 * 0.18), 1e-4);
    expect(compoundOf('good????')).to.be.closeTo(squash(1.9 + 0.96), 1e-4);
    expect(compoundOf('bad!')).to.be.closeTo(squash(-2.5 - 0.292), 1e-4);
    expect(compoundOf('table!!!')).to.equal(0);
  });

  it('S16: a text without words is nothing at all, one without polar words is neutral', () => {
    expect(analysePlain(unmapped(' \n'))).to.deep.include({ neg: 0, neu: 0, pos: 0, compound: 0 });
    expect(analysePlain(unmapped('a table'))).to.deep.include({ neg: 0, neu: 1, pos: 0 });
  });

  it('names a word where it stands, an emoji once for all words of its description', () => {
    const { words } = analysePlain(unmapped('so 😂, (good)'));
    expect(words.map(({ start, end }) => [start, end])).to.deep.equal([
      [3, 5],
      [8, 12],
    ]);
  });
});
