import { expect } from 'chai';
import fc from 'fast-check';
import { createRuleScorer, type RuleMode } from '../src/index.ts';

/** Words, marks and whatever the rules look for, beside arbitrary units with lone surrogates. */
const piece = fc.oneof(
  fc.constantFrom(
    'good',
    'BAD',
    'not',
    'never',
    'so',
    'but',
    'no',
    'kind of',
    'very',
    'least',
    "isn't",
    'isn’t',
    'up 3%',
    '-4%',
    'calls',
    'sold',
    'puts',
    'losses',
    'narrow',
    '$AAPL',
    '#moon',
    'https://example.com/a',
    '&amp;',
    '&#x1f680;',
    '&#xd800;',
    '🚀',
    '👍🏽',
    '⬆️',
    '😂',
    'to the moon',
    'rug pull',
    ',',
    '. ',
    '?',
    '!',
    '—',
    '\n',
    'reports Q3',
    'out of',
    'into',
    'for',
    'as',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
);
const texts = fc
  .array(fc.tuple(piece, fc.constantFrom('', ' ', ' ', ' ')), { maxLength: 60 })
  .map((pieces) => pieces.flat().join(''));

const modes: readonly RuleMode[] = ['plain', 'finance'];

for (const mode of modes) {
  const scorer = createRuleScorer({ mode });

  describe(`any text in ${mode} mode`, () => {
    it('is scored within bounds, the same each time, with probabilities that sum to 1', () => {
      fc.assert(
        fc.property(texts, (text) => {
          const found = scorer.score(text);
          expect(found).to.deep.equal(createRuleScorer({ mode }).score(text));
          expect(Math.abs(found.score)).to.be.at.most(1);
          expect(found.pNeg + found.pNeu + found.pPos).to.be.closeTo(1, 1e-12);
          expect(found.pPos - found.pNeg).to.equal(found.score);
          expect(Math.min(found.pNeg, found.pNeu, found.pPos)).to.be.at.least(0);
          expect(Object.is(found.score, -0)).to.equal(false);
        }),
      );
    });

    it('has its words in order within the text, none empty, white or without effect', () => {
      fc.assert(
        fc.property(texts, (text) => {
          let last = 0;
          for (const { start, end, contribution } of scorer.score(text).words) {
            expect(start).to.be.at.least(last);
            expect(end).to.be.greaterThan(start);
            expect(end).to.be.at.most(text.length);
            expect(text.slice(start, end).trim()).to.not.equal('');
            expect(contribution).to.not.equal(0);
            expect(Number.isFinite(contribution)).to.equal(true);
            last = end;
          }
        }),
      );
    });

    it('has contributions whose sum, moved by no mark, is the score', () => {
      fc.assert(
        fc.property(texts, (text) => {
          const calm = text.replace(/[!?]|&#/g, ' ');
          const { words, score } = scorer.score(calm.slice(0, 900));
          const sum = words.reduce((total, { contribution }) => total + contribution, 0);
          expect(score).to.be.closeTo(sum / Math.sqrt(sum * sum + 15), 1e-4);
        }),
      );
    });

    it('scores any targets of it, wherever they are said to be', () => {
      const spans = fc.array(
        fc.record({ start: fc.nat({ max: 200 }), end: fc.nat({ max: 200 }) }),
        { minLength: 2, maxLength: 8 },
      );
      fc.assert(
        fc.property(texts, spans, (text, targets) => {
          for (const [index] of targets.entries()) {
            const found = scorer.scoreTarget(text, targets, index);
            expect(found.pNeg + found.pNeu + found.pPos).to.be.closeTo(1, 1e-12);
            for (const { start, end } of found.words) {
              expect(start).to.be.at.least(0);
              expect(end).to.be.greaterThan(start);
            }
          }
        }),
      );
    });
  });
}
