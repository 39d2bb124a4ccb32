import { expect } from 'chai';
import fc from 'fast-check';
import { comparePeers, MIN_PEERS, type Trader } from '../../src/core/peers.ts';

function trader(index: number, turnover: number | null, more: Partial<Trader> = {}): Trader {
  return {
    investorKey: `v1:${String(index).padStart(4, '0')}`,
    currency: 'USD',
    equity: `${(index + 1) * 100}.000000000000000000`,
    turnover: [{ window_days: 30, turnover }],
    ...more,
  };
}

describe('trading beside that of peers (B3)', () => {
  it('takes the median of the own tenth by equity from the own turnover', () => {
    // The smallest 6 of 60 turned over 0, 1, .. 5 times: median 2.5.
    const traders = Array.from({ length: 60 }, (_, index) => trader(index, index < 6 ? index : 99));
    const found = comparePeers(traders.toReversed(), 'v1:0004');
    expect(found).to.deep.include({ equity_decile: 1, investor_count: 6, min_peers: MIN_PEERS });
    expect(found?.windows).to.deep.equal([
      { window_days: 30, turnover: 4, peer_count: 6, median_turnover: 2.5, excess_trading: 1.5 },
    ]);
    expect(comparePeers(traders, 'v1:0059')).to.deep.include({ equity_decile: 10 });
  });

  it('gives no median of fewer than it needs, whoever they are', () => {
    const traders = Array.from({ length: 10 * MIN_PEERS }, (_, index) => trader(index, 1));
    const windowOf = (list: readonly Trader[]) => comparePeers(list, 'v1:0000')?.windows[0];
    expect(windowOf(traders)?.median_turnover).to.equal(1);
    const oneUnknown = traders.map((one, index) => (index === 1 ? trader(1, null) : one));
    expect(windowOf(oneUnknown)).to.deep.include({
      peer_count: MIN_PEERS - 1,
      median_turnover: null,
      excess_trading: null,
    });
  });

  it('compares neither across currencies nor with those who have nothing', () => {
    const traders = Array.from({ length: 100 }, (_, index) => trader(index, 1));
    const others = [
      trader(200, 50, { currency: 'EUR' }),
      trader(201, 50, { currency: null }),
      trader(202, null, { equity: '0' }),
      trader(203, null, { equity: '-12.5' }),
    ];
    const whole = [...others, ...traders];
    expect(comparePeers(whole, 'v1:0000')?.investor_count).to.equal(10);
    expect(comparePeers(whole, 'v1:0200')).to.deep.include({ equity_decile: 1, investor_count: 1 });
    for (const key of ['v1:0201', 'v1:0202', 'v1:0203']) {
      expect(comparePeers(whole, key)).to.deep.include({ equity_decile: null, investor_count: 0 });
    }
    expect(comparePeers(whole, 'v1:unknown')).to.equal(null);
  });

  it('puts every investor into one tenth, of sizes that differ by one, whatever the order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 80 }), fc.nat(), (count, seed) => {
        const traders = Array.from({ length: count }, (_, index) =>
          trader(index, 1, { equity: `${1 + ((index * 7919 + seed) % 13)}` }),
        );
        const sizes = new Map<number, number>();
        for (const { investorKey } of traders) {
          const decile = comparePeers(traders, investorKey)?.equity_decile ?? 0;
          sizes.set(decile, (sizes.get(decile) ?? 0) + 1);
          expect(comparePeers(traders.toReversed(), investorKey)?.equity_decile).to.equal(decile);
        }
        expect([...sizes.keys()].sort((a, b) => a - b)).to.deep.equal([
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
        ]);
        expect(Math.max(...sizes.values()) - Math.min(...sizes.values())).to.be.at.most(1);
      }),
      { numRuns: 50 },
    );
  });
});
