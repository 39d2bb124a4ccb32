import { expect } from 'chai';
import fc from 'fast-check';
import {
  add,
  cmp,
  div,
  formatE18,
  fraction,
  mul,
  parseE18,
  roundE18,
  sub,
  toNumber,
} from '../src/index.ts';

const arbitrary = fc
  .tuple(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.bigInt(1n, 10n ** 20n))
  .map(([num, den]) => fraction(num, den));

describe('fractions', () => {
  it('keeps lowest terms with a positive denominator', () => {
    expect(fraction(6n, -4n)).to.deep.equal({ num: -3n, den: 2n });
  });

  it('adds and subtracts without loss', () => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        expect(sub(add(a, b), b)).to.deep.equal(a);
      }),
    );
  });

  it('multiplies and divides without loss', () => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        fc.pre(b.num !== 0n);
        expect(cmp(div(mul(a, b), b), a)).to.equal(0);
      }),
    );
  });

  it('rounds money half-even to 8 decimals', () => {
    const value = (text: string) => fraction(parseE18(text), 10n ** 18n);
    expect(formatE18(roundE18(value('1.000000005'), 8))).to.equal('1');
    expect(formatE18(roundE18(value('1.000000015'), 8))).to.equal('1.00000002');
    expect(formatE18(roundE18(value('-1.000000015'), 8))).to.equal('-1.00000002');
  });

  it('gives the nearest double', () => {
    expect(toNumber(fraction(1n, 3n))).to.equal(1 / 3);
    expect(toNumber(fraction(-719n, 7n))).to.equal(-719 / 7);
  });

  it('refuses to divide by zero', () => {
    expect(() => div(fraction(1n), fraction(0n))).to.throw('division by zero');
  });
});
