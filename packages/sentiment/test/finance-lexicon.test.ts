import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readCsv } from '../scripts/csv.ts';
import { generate } from '../scripts/generate.ts';
import { createRuleScorer } from '../src/index.ts';

/** S25: every entry of the own lexicon with a sentence where it decides and one where it must not. */

const folder = new URL(import.meta.url.includes('/dist/') ? '../../' : '../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const own = readCsv(read('data/finance_lexicon.csv')).map((row) => ({
  kind: row['kind'] ?? '',
  token: row['token'] ?? '',
  valence: Number(row['valence']),
  source: row['source'] ?? '',
  fires: row['fires'] ?? '',
  quiet: row['quiet'] ?? '',
}));
const seed = readCsv(read('data/finance_lexicon_seed.csv'));
const finance = createRuleScorer({ mode: 'finance' });

/** What the words at the entry's place, and only there, did to the text. */
function effectOf(token: string, text: string): number {
  return finance
    .score(text)
    .words.filter(({ start, end }) => text.slice(start, end).toLowerCase() === token)
    .reduce((sum, { contribution }) => sum + contribution, 0);
}

describe('the finance lexicon', () => {
  it('has every token once over both lists, with a valence of at most 4 and a source note', () => {
    const tokens = [...seed.map((row) => row['token'] ?? ''), ...own.map(({ token }) => token)];
    const twice = tokens.filter((token, i) => tokens.indexOf(token) !== i);
    expect(twice).to.deep.equal([]);
    const wrong = own.filter(
      ({ kind, token, valence, source }) =>
        !['word', 'phrase', 'emoji'].includes(kind) ||
        token !== token.toLowerCase() ||
        !(Math.abs(valence) <= 4) ||
        source === '',
    );
    expect(wrong).to.deep.equal([]);
  });

  it('is what the modules hold', () => {
    const stale = [...generate()].filter(
      ([name, content]) => read(`src/generated/${name}`) !== content,
    );
    expect(stale.map(([name]) => name)).to.deep.equal([]);
  });

  it('moves the score by each entry in its sentence', () => {
    const silent = own
      .filter(({ valence }) => valence !== 0)
      .filter(({ token, valence, fires }) => !(effectOf(token, fires) * valence > 0));
    expect(silent.map(({ token, fires }) => `${token}: ${fires}`)).to.deep.equal([]);
  });

  it('does not move it by an entry where the words mean something else, or the opposite', () => {
    const loud = own
      .filter(({ valence }) => valence !== 0)
      .filter(({ token, valence, quiet }) => effectOf(token, quiet) * valence > 0);
    expect(loud.map(({ token, quiet }) => `${token}: ${quiet}`)).to.deep.equal([]);
    const foreign = own.filter(
      ({ token, quiet }) =>
        !token.split(/[ -]/).every((word) => quiet.toLowerCase().includes(word)),
    );
    expect(foreign.map(({ token }) => token)).to.deep.equal([]);
  });

  it('says nothing by an entry of valence 0, where its words alone would', () => {
    const loud = own
      .filter(({ valence }) => valence === 0)
      .filter(({ fires }) => finance.score(fires).words.length > 0);
    expect(loud.map(({ token, fires }) => `${token}: ${fires}`)).to.deep.equal([]);
  });

  it('does not silence by an entry of valence 0 what stands beside it', () => {
    const silenced = own
      .filter(({ valence }) => valence === 0)
      .filter(({ quiet }) => finance.score(quiet).words.length === 0);
    expect(silenced.map(({ token, quiet }) => `${token}: ${quiet}`)).to.deep.equal([]);
  });
});
