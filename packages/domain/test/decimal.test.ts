import { expect } from 'chai';
import fc from 'fast-check';
import { bytesToE18, e18ToBytes, exceedsScale, formatE18, parseE18 } from '../src/index.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('decimals of scale 18', () => {
  // Vectors of sources.md W10.
  const vectors: readonly (readonly [string, string])[] = [
    ['105944.2', '166f3f2087924b740000'],
    ['0.00000638', '05cd75a23800'],
    ['-0.5', 'f90fa4a62c4e0000'],
    ['0', '00'],
    ['-47.74104242992852', 'fd6975beda554246c0'],
  ];
  for (const [text, bytes] of vectors) {
    it(`writes ${text} as the published bytes and reads it back`, () => {
      expect(hex(e18ToBytes(parseE18(text)))).to.equal(bytes);
      expect(formatE18(bytesToE18(Buffer.from(bytes, 'hex')))).to.equal(text);
    });
  }

  it('rounds a nineteenth digit to the even neighbour', () => {
    expect(parseE18('0.0000000000000000005')).to.equal(0n);
    expect(parseE18('0.0000000000000000015')).to.equal(2n);
    expect(parseE18('-0.0000000000000000015')).to.equal(-2n);
    expect(exceedsScale('0.0000000000000000015')).to.equal(true);
    expect(exceedsScale('0.0150')).to.equal(false);
  });

  it('understands exponents', () => {
    expect(formatE18(parseE18('6.38e-6'))).to.equal('0.00000638');
    expect(formatE18(parseE18('1E3'))).to.equal('1000');
  });

  for (const text of ['', '.', '1.2.3', 'NaN', 'Infinity', '0x10', '1,5', ' 1', '1e9999']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseE18(text)).to.throw('not a decimal');
    });
  }

  it('round-trips any value through bytes and text', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 38n), 10n ** 38n), (value) => {
        expect(bytesToE18(e18ToBytes(value))).to.equal(value);
        expect(parseE18(formatE18(value))).to.equal(value);
      }),
    );
  });
});
