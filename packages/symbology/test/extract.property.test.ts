import { expect } from 'chai';
import fc from 'fast-check';
import { createAliasBook, extractMentions, type AliasBook } from '../src/index.ts';

const book = createAliasBook();
const asOfUs = Date.parse('2026-03-02') * 1000;

/** Text made of what the extractor looks at, between arbitrary Unicode. */
const piece = fc.oneof(
  fc.constantFrom(
    '$',
    '#',
    '@',
    '.',
    '-',
    '_',
    ' ',
    '\n',
    '’s',
    '&',
    'https://a.example/',
    'TSLА',
    '\u200d',
    '\ufe0f',
    '決算',
    '🚀',
  ),
  fc.constantFrom(
    'NVDA',
    'BRK',
    'B',
    'tesla',
    'Bank of America',
    'Johnson & Johnson',
    'stock',
    'calls',
    'BTC',
    'X',
    '20',
    'ALL',
    'and',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const text = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));
const facet = fc.record({
  kind: fc.constantFrom('LINK', 'MENTION', 'TAG', 'SYMBOL'),
  start: fc.integer({ min: -3, max: 90 }),
  end: fc.integer({ min: -3, max: 90 }),
});

describe('mentions of any text', () => {
  it('are slices of it, in order, apart from each other, one per instrument; it never throws', () => {
    fc.assert(
      fc.property(text, fc.array(facet, { maxLength: 4 }), (given, facets) => {
        const mentions = extractMentions(given, { facets, knownAliases: book, asOfUs });
        let before = 0;
        for (const { start, end, raw, confidence, homoglyph, instrumentId } of mentions) {
          expect(given.slice(start, end)).to.equal(raw);
          expect(start).to.be.at.least(before);
          expect(end).to.be.greaterThan(start);
          before = end;
          expect(confidence).to.be.within(0.5, 1);
          if (homoglyph) expect(instrumentId).to.equal(null);
        }
        const ids = mentions.map((one) => one.instrumentId).filter((id) => id !== null);
        expect(new Set(ids).size).to.equal(ids.length);
      }),
      { numRuns: 500 },
    );
  });

  it('cost work in proportion to the text: twice the emoji, twice the look-ups', () => {
    let lookups = 0;
    const counting: AliasBook = {
      listAsOf: book.listAsOf,
      ticker: (symbol, atUs) => {
        lookups += 1;
        return book.ticker(symbol, atUs);
      },
      namesFrom: (word, atUs) => {
        lookups += 1;
        return book.namesFrom(word, atUs);
      },
    };
    const cost = (given: string): number => {
      lookups = 0;
      extractMentions(given, { knownAliases: counting, asOfUs });
      return lookups;
    };
    expect(cost('🚀'.repeat(10_000))).to.equal(0);
    const mixed = (times: number): string => '🚀$NVDA #GME Tesla stock AMD 5% '.repeat(times);
    const once = cost(mixed(1_000));
    expect(once).to.be.lessThan(1_000 * 20);
    expect(cost(mixed(2_000))).to.be.at.most(once * 2 + 20);
  });

  it('take long hostile texts: runs of one sign, invisible letters, half links', () => {
    for (const sign of [
      '$',
      '#',
      '@',
      '$A',
      '$A ',
      '\u200d',
      '$\u200d',
      'a.',
      '-',
      '’s',
      'A',
      'a@',
      '$A_',
    ]) {
      const mentions = extractMentions(sign.repeat(20_000), { knownAliases: book, asOfUs });
      expect(mentions.length, sign).to.be.at.most(1);
    }
    for (const text of [`$${'\u200d'.repeat(100_000)}A`, `$A${'\u0301'.repeat(100_000)}`]) {
      expect(extractMentions(text, { knownAliases: book, asOfUs })).to.deep.equal([]);
    }
  }).timeout(5_000);
});
