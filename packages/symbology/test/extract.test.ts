import { expect } from 'chai';
import { createAliasBook, extractMentions, worldAliases } from '../src/index.ts';
import { corpus } from './corpus.ts';

const book = createAliasBook();
const usOf = (date: string): number => Date.parse(date) * 1000;
const now = usOf('2026-03-02');

interface Labelled {
  readonly text: string;
  readonly atUs: number;
  readonly date: string;
  readonly expected: string;
}

function read(lines: string): Labelled[] {
  const labelled: Labelled[] = [];
  let date = '';
  for (const line of lines.split('\n')) {
    if (line.startsWith('@ ')) date = line.slice(2);
    else if (line !== '') {
      const [text = '', expected = ''] = line.split('=>');
      labelled.push({ text: text.trim(), expected: expected.trim(), date, atUs: usOf(date) });
    }
  }
  return labelled;
}

const named = (text: string, atUs = now): string =>
  extractMentions(text, { knownAliases: book, asOfUs: atUs })
    .map(({ kind, raw, instrumentId, homoglyph }) => {
      const meaning = homoglyph ? '!' : (instrumentId ?? '?');
      return `${kind} ${raw} ${meaning}`;
    })
    .join('; ');

describe('instruments named in a text', () => {
  const labelled = read(corpus);
  it('has a corpus worth its name', () => {
    expect(labelled.length).to.be.at.least(60);
    expect(labelled.filter(({ expected }) => expected === '').length).to.be.at.least(25);
  });
  for (const { text, expected, atUs, date } of labelled) {
    it(`${date}: ${text}`, () => {
      expect(named(text, atUs)).to.equal(expected);
    });
  }

  it('counts offsets in UTF-16 code units after emoji and CJK', () => {
    const text = '💸👩‍👩‍👧 決算：$NVDA 📈 $ETH';
    const mentions = extractMentions(text, { knownAliases: book, asOfUs: now });
    expect(mentions.map(({ start, end }) => text.slice(start, end))).to.deep.equal([
      '$NVDA',
      '$ETH',
    ]);
    expect(mentions[0]?.start).to.equal(text.indexOf('$NVDA'));
  });

  it('gives each kind its confidence, and an instrument named twice the higher one at its first place', () => {
    const confidencesOf = (text: string): number[] =>
      extractMentions(text, { knownAliases: book, asOfUs: now }).map((one) => one.confidence);
    expect(confidencesOf('$GME')).to.deep.equal([0.95]);
    expect(confidencesOf('#GME')).to.deep.equal([0.7]);
    expect(confidencesOf('GME calls')).to.deep.equal([0.6]);
    expect(confidencesOf('GameStop calls')).to.deep.equal([0.8]);
    const text = 'GameStop calls, $GME puts';
    expect(extractMentions(text, { knownAliases: book, asOfUs: now })).to.deep.equal([
      {
        kind: 'NAME',
        raw: 'GameStop',
        instrumentId: 'equity:US:GME',
        start: 0,
        end: 8,
        confidence: 0.95,
        homoglyph: false,
      },
    ]);
  });

  it('reads the marks of the source: links and accounts hide, tags and symbols count, nonsense is ignored', () => {
    const text = 'feed.example/GME-stock GME stock by GME trader, BRK.B too';
    const at = (word: string, from = 0): { start: number; end: number } => {
      const start = text.indexOf(word, from);
      return { start, end: start + word.length };
    };
    const facets = [
      { kind: 'LINK', ...at('feed.example/GME-stock') },
      { kind: 'MENTION', ...at('GME trader') },
      { kind: 'SYMBOL', ...at('BRK.B') },
      { kind: 'TAG', start: 90, end: 120 },
      { kind: 'TAG', start: -1, end: 4 },
    ] as const;
    const mentions = extractMentions(text, { facets, knownAliases: book, asOfUs: now });
    expect(mentions.map(({ kind, start }) => `${kind} ${start}`)).to.deep.equal([
      `BARE ${text.indexOf('GME stock by')}`,
      `SOURCE_SYMBOL ${text.indexOf('BRK.B')}`,
    ]);
  });
});

describe('the alias book', () => {
  const always = { validFromUs: -Infinity, validToUs: Infinity };

  it('lets the database win, where it says something about that time', () => {
    const from = usOf('2025-01-01');
    const own = createAliasBook([
      {
        namespace: 'cashtag',
        symbol: 'LINK',
        instrumentId: 'equity:US:LINK',
        validFromUs: from,
        validToUs: Infinity,
      },
      { namespace: 'name', symbol: 'Tide Harbour', instrumentId: 'crypto:TIDE-USD', ...always },
      { namespace: 'cashtag', symbol: 'TIDE', instrumentId: 'crypto:TIDE-USD', ...always },
    ]);
    expect(own.ticker('LINK', now)).to.equal('equity:US:LINK');
    expect(own.ticker('LINK', from - 1)).to.equal('crypto:LINK-USD');
    const text = 'Tide Harbour opens, $TIDE follows; tide harbour does not';
    const mentions = extractMentions(text, { knownAliases: own, asOfUs: now });
    expect(mentions.map(({ raw, instrumentId }) => `${raw} ${instrumentId}`)).to.deep.equal([
      'Tide Harbour crypto:TIDE-USD',
    ]);
  });

  it('keeps what a name needs around it where the database only repeats what it means', () => {
    const own = createAliasBook([
      { namespace: 'name', symbol: 'Bitcoin', instrumentId: 'crypto:BTC-USD', ...always },
    ]);
    const mentions = extractMentions('bitcoin sleeps', { knownAliases: own, asOfUs: now });
    expect(mentions.map((one) => one.instrumentId)).to.deep.equal(['crypto:BTC-USD']);
  });

  it('lets the longer reading win where two overlap', () => {
    const own = createAliasBook([
      { namespace: 'cashtag', symbol: 'QZX', instrumentId: 'equity:US:QZX', ...always },
      { namespace: 'name', symbol: 'QZX Industrial', instrumentId: 'equity:US:QZXI', ...always },
    ]);
    const named = (text: string): (string | null)[] =>
      extractMentions(text, { knownAliases: own, asOfUs: now }).map((one) => one.instrumentId);
    expect(named('QZX Industrial stock')).to.deep.equal(['equity:US:QZXI']);
    expect(named('QZX stock')).to.deep.equal(['equity:US:QZX']);
  });

  it('knows the symbols of the synthetic world only where they are asked for', () => {
    const world = createAliasBook(worldAliases);
    for (const { symbol } of worldAliases) {
      expect(world.ticker(symbol, now)).to.equal(`crypto:${symbol}-USD`);
    }
    expect(book.ticker('KESTR', now)).to.equal(null);
    expect(book.listAsOf).to.match(/^\d{4}-\d\d-\d\d$/);
  });

  it('gives a second holder of a ticker an id of its own, and a name to the main ticker of its company', async () => {
    const { readUsList } = await import('../src/us-list.ts');
    const rows = readUsList('GOOG|Alphabet Inc.\nGOOGL|\nGOOG|Goog Mining Corp /DE/');
    expect(
      rows.map(({ namespace, symbol, instrumentId }) => [namespace, symbol, instrumentId]),
    ).to.deep.equal([
      ['cashtag', 'GOOG', 'equity:US:GOOG'],
      ['cashtag', 'GOOGL', 'equity:US:GOOGL'],
      ['name', 'alphabet', 'equity:US:GOOG'],
      ['name', 'goog mining', 'equity:US:GOOG~2'],
    ]);
  });
});
