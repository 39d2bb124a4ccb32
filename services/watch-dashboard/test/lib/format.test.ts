import { expect } from 'chai';
import { parseE18 } from '@groundswell/domain';
import fc from 'fast-check';
import {
  difference,
  firstChanged,
  formatCount,
  formatDecimal,
  formatNumber,
  formatPercent,
  percentChange,
  priceDecimals,
  signOf,
  trimmedZero,
} from '../../src/lib/format.ts';

describe('formats', () => {
  const en = { locale: 'en-US' };

  it('groups, rounds half-even and never goes through a double', () => {
    expect(formatDecimal('1234.5', { decimals: 2, ...en })).to.equal('1,234.50');
    expect(formatDecimal('0.125', { decimals: 2, ...en })).to.equal('0.12'); // tie to even
    expect(formatDecimal('0.135', { decimals: 2, ...en })).to.equal('0.14');
    // 2^53 + 1 and 18 digits behind the point: both beyond a double
    expect(formatDecimal('9007199254740993.000000000000000001', { decimals: 18, ...en })).to.equal(
      '9,007,199,254,740,993.000000000000000001',
    );
    expect(formatDecimal('1000000000000000000', { decimals: 0, ...en })).to.equal(
      '1,000,000,000,000,000,000',
    );
    expect(formatDecimal('0.00000001', { decimals: 8, ...en })).to.equal('0.00000001');
  });

  it('uses the real minus sign and gives zero no sign', () => {
    expect(formatDecimal('-3.5', { decimals: 2, ...en })).to.equal('\u22123.50');
    expect(formatDecimal('-0.001', { decimals: 2, ...en })).to.equal('0.00');
    expect(formatDecimal('-0.001', { decimals: 2, signed: true, ...en })).to.equal('0.00');
    expect(formatDecimal('3.5', { decimals: 2, signed: true, ...en })).to.equal('+3.50');
  });

  it('shows null as a dash, never as 0 or NaN', () => {
    expect(formatDecimal(null, { decimals: 2 })).to.equal('—');
    expect(formatNumber(Number.NaN, { decimals: 2 })).to.equal('—');
    expect(formatCount(null)).to.equal('—');
    expect(formatPercent(null)).to.equal('—');
  });

  it('follows the locale', () => {
    expect(formatDecimal('1234567.5', { decimals: 2, locale: 'de-DE' })).to.equal('1.234.567,50');
    expect(formatDecimal('1234567.5', { decimals: 2, locale: 'en-IN' })).to.equal('12,34,567.50');
  });

  it('shows text that parses back to the wire value', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.nat(18),
        (digits, scale) => {
          const sign = digits < 0n ? '-' : '';
          const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
          const wire = `${sign}${text.slice(0, text.length - scale)}.${text.slice(text.length - scale)}0`;
          const shown = formatDecimal(wire, { decimals: 18, ...en });
          expect(parseE18(shown.replaceAll(',', '').replace('\u2212', '-'))).to.equal(
            parseE18(wire),
          );
        },
      ),
    );
  });

  it('computes changes exactly', () => {
    expect(percentChange('200', '202.58')).to.equal('1.29');
    expect(formatPercent('1.29', 'en-US')).to.equal('+1.29\u2009%');
    expect(percentChange(null, '1')).to.equal(null);
    expect(percentChange('0', '1')).to.equal(null); // no information is not a change of 0 (C12)
    expect(difference('0.3', '0.1')).to.equal('0.2');
    expect(signOf('-0.000000000000000001')).to.equal(-1);
    expect(signOf(null)).to.equal(0);
  });

  it('takes as many price digits as the finest price needs', () => {
    expect(priceDecimals(['1.5', '1.25', null])).to.equal(2);
    expect(priceDecimals(['0.12345', '1'])).to.equal(5);
  });

  it('finds the first changed digit; a new length lights all', () => {
    expect(firstChanged('187.42', '187.45')).to.equal(5);
    expect(firstChanged('99.9', '100.0')).to.equal(0);
    expect(firstChanged('1.0', '1.0')).to.equal(3);
  });

  it('shows a balanced book with eight zeros and an unbalanced one in full', () => {
    expect(trimmedZero('0')).to.match(/^0[.,]00000000$/);
    expect(trimmedZero('0.000000000000000001')).to.match(/^0[.,]000000000000000001$/);
  });
});
