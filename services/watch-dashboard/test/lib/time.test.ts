import { expect } from 'chai';
import { ageText, clockText, lagText, sizeText, spanText } from '../../src/lib/time.ts';

describe('times', () => {
  it('tells ages in one unit', () => {
    const cases: readonly (readonly [number, string])[] = [
      [-500, '<1 s'], // clocks differ a little
      [999, '<1 s'],
      [12_000, '12 s'],
      [240_000, '4 m'],
      [3 * 3_600_000, '3 h'],
      [49 * 3_600_000, '2 d'],
    ];
    for (const [ageMs, text] of cases) expect(ageText(ageMs)).to.equal(text);
    expect(ageText(null)).to.equal('—');
  });

  it('tells lags to a tenth, also negative ones (E3)', () => {
    expect(lagText(84)).to.equal('0.1 s');
    expect(lagText(-7)).to.equal('0.0 s');
    expect(lagText(-300)).to.equal('\u22120.3 s');
    expect(lagText(41_000)).to.equal('41 s');
    expect(lagText(null)).to.equal('—');
  });

  it('names clock times and windows', () => {
    const noon = Date.UTC(2026, 10, 21, 12, 30, 5);
    expect(clockText(noon, 'UTC')).to.equal('12:30:05');
    expect(spanText(noon, noon + 60_000, 'UTC')).to.equal('12:30–12:31');
    expect(spanText(noon, noon + 1000, 'UTC')).to.equal('12:30:05–12:30:06');
    expect([1000, 60_000, 300_000, 3_600_000].map(sizeText)).to.eql([
      '1 s',
      '1 min',
      '5 min',
      '1 h',
    ]);
  });
});
