import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createRuleScorer } from '../src/index.ts';
import { unmapped } from '../src/mapped-text.ts';
import { analysePlain } from '../src/plain.ts';

interface Expected {
  readonly text: string;
  readonly neg: number;
  readonly neu: number;
  readonly pos: number;
  readonly compound: number;
  readonly vader_py_compound: number;
}

/** Four decimals of a program in another language may round differently in the last one. */
const TOLERANCE = 1e-4;
/** Too large for the repository: the test runs where this names the folder that has them. */
const DATA = process.env['SENTIMENT_DATA_DIR'];
const rows = (text: string): readonly Expected[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Expected);
const far = (a: number, b: number): boolean => !(Math.abs(a - b) <= TOLERANCE);

describe('plain mode and the original program', () => {
  it('agree on every text of the conformance file, compound and shares', () => {
    const file = new URL('fixtures/vader_conformance.jsonl', import.meta.url);
    const expected = rows(readFileSync(file, 'utf8'));
    expect(expected).to.have.length(131);
    const wrong = expected.flatMap((row) => {
      const found = analysePlain(unmapped(row.text));
      const keys = ['neg', 'neu', 'pos', 'compound'] as const;
      return keys.some((key) => far(found[key], row[key])) ? [{ row, found }] : [];
    });
    expect(wrong).to.deep.equal([]);
  });

  it('agree through the scorer, too', () => {
    const file = new URL('fixtures/vader_conformance.jsonl', import.meta.url);
    const scorer = createRuleScorer({ mode: 'plain' });
    const wrong = rows(readFileSync(file, 'utf8')).filter(({ text, compound }) =>
      far(scorer.score(text).score, compound),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('agree on posts that people rated', function () {
    if (DATA === undefined) return this.skip();
    const wrong = rows(
      gunzipSync(readFileSync(`${DATA}/vader_tweets_dev.jsonl.gz`)).toString(),
    ).filter(({ text, vader_py_compound }) =>
      far(analysePlain(unmapped(text)).compound, vader_py_compound),
    );
    expect(wrong).to.deep.equal([]);
  });
});
