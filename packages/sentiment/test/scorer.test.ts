import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readCsv } from '../scripts/csv.ts';
import { createRuleScorer, modelVersion } from '../src/index.ts';
import { segmentsOf } from '../src/segments.ts';

const finance = createRuleScorer({ mode: 'finance' });

describe('the contract of the scorer', () => {
  it('labels by the sign of the compound and is as sure as its largest probability (S2)', () => {
    expect(finance.score('bullish')).to.deep.include({ label: 'positive', skipped: null });
    expect(finance.score('bearish').label).to.equal('negative');
    expect(finance.score('a table').label).to.equal('neutral');
    // .8 / sqrt(.64 + 15) = .2023: 1 - .2023 is the larger of the two.
    expect(finance.score('up there')).to.deep.include({ score: 0.2023, confidence: 1 - 0.2023 });
    expect(finance.score('a table').confidence).to.equal(1);
  });

  it('skips empty texts and other languages without an exception (S3)', () => {
    for (const text of ['', ' \n\t '])
      expect(finance.score(text)).to.deep.include({
        label: 'neutral',
        score: 0,
        confidence: 0,
        pNeu: 1,
        skipped: 'empty',
      });
    expect(finance.score('bullish', { lang: 'de' })).to.deep.include({
      score: 0,
      skipped: 'language',
    });
    for (const lang of ['en', 'EN-us', 'en_GB', 'und', '', null, undefined])
      expect(finance.score('bullish', { lang }).skipped, String(lang)).to.equal(null);
  });

  it('scores a batch as one by one', () => {
    const texts = ['bullish', '', 'bearish'];
    expect(finance.scoreBatch(texts)).to.deep.equal(texts.map((text) => finance.score(text)));
  });

  it('takes the mean of the segments that say something, and the title twice (S4)', () => {
    const filler = 'The committee met on a day in the autumn. '.repeat(30);
    const one = finance.score('We are bullish.').score;
    expect(finance.score(`We are bullish. ${filler}`).score).to.be.closeTo(one, 1e-9);
    const title = finance.score('We are bearish.').score;
    const both = finance.score(`We are bullish. ${filler}`, { title: 'We are bearish.' }).score;
    expect(both).to.be.closeTo((one + 2 * title) / 3, 1e-9);
  });

  it('names words of any segment where they stand in the text', () => {
    const text = `${'A table stood here. '.repeat(60)}We are bullish. ${'A table. '.repeat(10)}`;
    const [word] = finance.score(text).words;
    expect(text.slice(word?.start, word?.end)).to.equal('bullish');
  });

  it('cuts segments of at most 280 at the ends of sentences, at most 40, without parting a pair', () => {
    const segments = segmentsOf('It is a sentence. '.repeat(2_000));
    expect(segments).to.have.length(40);
    expect(segments.every(({ start, end }) => end > start && end - start <= 280)).to.equal(true);
    const rockets = `x${'🚀'.repeat(400)}`;
    const parts = segmentsOf(rockets).map(({ start, end }) => rockets.slice(start, end));
    expect(parts.join('')).to.equal(rockets);
    expect(parts.every((part) => part.isWellFormed())).to.equal(true);
  });

  it('looks at no more than 40 segments, however long the text: 40,000 characters cost what 12,000 do', () => {
    const text = 'The coin is bullish today. '.repeat(2_000);
    const last = Math.max(...finance.score(text).words.map(({ end }) => end));
    expect(last).to.be.at.most(40 * 280);
    expect(finance.score(text.slice(0, 12_000)).words).to.deep.equal(finance.score(text).words);
  });

  it('has a new version with any changed output (S70)', () => {
    const fixture = new URL('fixtures/vader_conformance.jsonl', import.meta.url);
    const plain = readFileSync(fixture, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly text: string }).text);
    const folder = new URL(import.meta.url.includes('/dist/') ? '../../' : '../', import.meta.url);
    const own = readCsv(readFileSync(new URL('data/finance_lexicon.csv', folder), 'utf8'));
    const texts = [...plain, ...own.flatMap((row) => [row['fires'] ?? '', row['quiet'] ?? ''])];
    const scores = texts.map((text) => finance.score(text).score);
    const hash = createHash('sha256').update(JSON.stringify(scores)).digest('hex').slice(0, 16);
    expect({ modelVersion, hash }).to.deep.equal({
      modelVersion: '1.0.0',
      hash: '1e50db1759358ca2',
    });
  });
});
