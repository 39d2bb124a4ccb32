import { expect } from 'chai';
import { attemptOf } from '../src/control-records.ts';

describe('the attempt of a record', () => {
  const cases: readonly [string, string | null | undefined, number][] = [
    ['is that of its header', '3', 3],
    ['is none without the header', undefined, 0],
    ['is none where the header has no value', null, 0],
    ['is none where it is empty', '', 0],
    ['is none where it is no number', '1e3', 0],
    ['is none where it is below zero', '-1', 0],
    ['is none where no column would hold it', '99999999999', 0],
  ];
  for (const [name, header, attempt] of cases) {
    it(name, () => {
      expect(attemptOf(typeof header === 'string' ? Buffer.from(header) : header)).to.equal(
        attempt,
      );
    });
  }
});
