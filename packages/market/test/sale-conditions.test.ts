import { expect } from 'chai';
import { saleConditionFlags } from '../src/index.ts';

describe('sale conditions of algoseek-us-equity-v1', () => {
  const priceOk = (conditionHex: string, localMsOfDay: number): boolean | undefined =>
    saleConditionFlags('algoseek-us-equity-v1', { conditionHex, localMsOfDay })?.priceOk;
  const open = 34_200_000;
  const close = 57_600_000;

  it('lets only regular prints set prices from 09:30 until just before 16:00', () => {
    expect(priceOk('1', open)).to.equal(true);
    expect(priceOk('20000021', open)).to.equal(true);
    expect(priceOk('20000020', open)).to.equal(false);
    expect(priceOk('20', close - 1)).to.equal(false);
  });

  it('lets every print set prices outside the session', () => {
    expect(priceOk('2000', open - 1)).to.equal(true);
    expect(priceOk('80', close)).to.equal(true);
  });

  it('refuses what is no bit set', () => {
    for (const conditionHex of ['', 'xyz', '0x1', '-1']) {
      expect(
        saleConditionFlags('algoseek-us-equity-v1', { conditionHex, localMsOfDay: 0 }),
      ).to.equal(null);
    }
  });
});
