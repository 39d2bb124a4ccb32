import { expect } from 'chai';
import { decodeCursor, encodeCursor } from '../../src/core/cursor.ts';
import { findWindow, windowSizeText } from '../../src/core/window-size.ts';

describe('cursor', () => {
  it('comes back as it went', () => {
    const text = encodeCursor('history|x', [1, 'b']);
    expect(decodeCursor(text, 'history|x', { at: 'number', id: 'string' })).to.deep.equal({
      at: 1,
      id: 'b',
    });
  });

  it('is refused for another walk, with other types, and when it is garbage', () => {
    const text = encodeCursor('history|x', [1]);
    expect(decodeCursor(text, 'history|y', { at: 'number' })).to.equal(null);
    expect(decodeCursor(text, 'history|x', { at: 'string' })).to.equal(null);
    expect(decodeCursor(text, 'history|x', { at: 'number', id: 'string' })).to.equal(null);
    for (const garbage of ['', '%', 'e30', 'bnVsbA', 'WzEsImhpc3Rvcnl8eCIsMWUzMDld']) {
      expect(decodeCursor(garbage, 'history|x', { at: 'number' })).to.equal(null);
    }
  });
});

describe('window size', () => {
  it('is written in the largest unit', () => {
    expect([1000, 60_000, 300_000, 3_600_000, 500, 0].map(windowSizeText)).to.deep.equal([
      '1s',
      '1m',
      '5m',
      '1h',
      '500ms',
      null,
    ]);
  });

  it('is one that the catalogue lists, in its one spelling', () => {
    expect(findWindow('market.bar', '1m')?.sizeMs).to.equal(60_000);
    expect(findWindow('market.bar', '60s')).to.equal(null);
  });
});
