import { expect } from 'chai';
import { chooseVenues } from '../src/venues.ts';

const chosen = (...sources: readonly string[]) =>
  chooseVenues({
    sources,
    coinbaseWsUrl: undefined,
    coinbaseRestUrl: undefined,
    coinbaseProducts: undefined,
    krakenWsUrl: undefined,
    krakenRestUrl: undefined,
    krakenProducts: 'BTC/USD, ETH/USD',
  });
const cursors = (...sources: readonly string[]): string[] =>
  chosen(...sources).map(({ cursorName }) => cursorName);

describe('venues to follow', () => {
  it('are those that SOURCES names, side by side', () => {
    expect(cursors('kraken')).to.deep.equal(['kraken-v2']);
    expect(cursors('coinbase', 'kraken')).to.have.members(['coinbase', 'kraken-v2']);
    expect(cursors('world', 'kraken')).to.have.members(['world', 'kraken-v2']);
  });

  it('are the synthetic one where SOURCES names none, and never that one beside the one it stands in for', () => {
    expect(cursors()).to.deep.equal(['world']);
    expect(cursors('bluesky')).to.deep.equal(['world']);
    expect(cursors('coinbase', 'world')).to.deep.equal(['coinbase']);
  });

  it('have the symbols and the terms of their own', () => {
    expect(chosen('kraken')[0]).to.deep.include({
      products: ['BTC/USD', 'ETH/USD'],
      licence: 'kraken-market-data',
    });
  });
});
