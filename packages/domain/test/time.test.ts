import { expect } from 'chai';
import {
  formatIsoUs,
  localDateOf,
  localDayEndMs,
  localDayStartMs,
  parseIsoUs,
} from '../src/index.ts';

const ms = (text: string): number => parseIsoUs(text).us / 1000;

describe('times', () => {
  it('keeps nanoseconds as a remainder', () => {
    // Worked example of sources.md E2.
    expect(parseIsoUs('2022-04-19T17:45:05.024916716Z')).to.deep.equal({
      us: 1650390305024916,
      nanosRem: 716,
    });
  });

  it('applies numeric offsets', () => {
    expect(ms('2026-07-01T09:53:00-04:00')).to.equal(ms('2026-07-01T13:53:00Z'));
  });

  it('formats what it parses', () => {
    expect(formatIsoUs(1650390305024916)).to.equal('2022-04-19T17:45:05.024916Z');
    expect(formatIsoUs(-1)).to.equal('1969-12-31T23:59:59.999999Z');
  });

  for (const text of [
    '2026-02-30T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01',
    'now',
    '2026-01-01T00:00:00',
  ]) {
    it(`refuses ${text}`, () => {
      expect(() => parseIsoUs(text)).to.throw('not an ISO 8601 time');
    });
  }
});

describe('local days', () => {
  const zone = 'America/New_York';

  it('puts 03:30 UTC on 12 March 2024 on the 11th in New York', () => {
    expect(localDateOf(ms('2024-03-12T03:30:00Z'), zone)).to.equal('2024-03-11');
    expect(localDayStartMs(ms('2024-03-12T03:30:00Z'), zone)).to.equal(ms('2024-03-11T04:00:00Z'));
  });

  it('makes the day of the spring change 23 hours and of the autumn change 25 hours long', () => {
    const spring = ms('2024-03-10T15:00:00Z');
    const autumn = ms('2024-11-03T15:00:00Z');
    const hours = (tsMs: number) =>
      (localDayEndMs(tsMs, zone) - localDayStartMs(tsMs, zone)) / 3_600_000;
    expect(hours(spring)).to.equal(23);
    expect(hours(autumn)).to.equal(25);
  });
});
