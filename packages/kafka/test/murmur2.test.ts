import { murmur2, partitionOf } from '@groundswell/kafka';
import { expect } from 'chai';

describe('murmur2', () => {
  // Computed by org.apache.kafka.common.utils.Utils.murmur2 (processing.md section 10).
  const vectors: readonly (readonly [string, number])[] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['abc', 479470107],
    ['AAPL', 1691292177],
    ['', 275646681],
  ];
  for (const [key, hash] of vectors) {
    it(`hashes '${key}' as the Java client does`, () => {
      expect(murmur2(Buffer.from(key))).to.equal(hash);
    });
  }

  it('puts keys on the partitions that the Java client chooses', () => {
    const partitions = ['foobar', 'abc', 'AAPL'].map((key) => partitionOf(Buffer.from(key), 12));
    expect(partitions).to.deep.equal([6, 3, 9]);
  });
});
