import { expect } from 'chai';
import { BadKeyError, canonicalJson, createKeys, packValue, unpackValue } from '../src/index.ts';

describe('versioned value', () => {
  it('packs three big-endian doubles before the JSON', () => {
    const bytes = packValue({ lineage: 1, windowStartUs: 2, ver: 3 }, { b: 'ü', a: null });
    // IEEE 754: 1 = 3ff0…, 2 = 4000…, 3 = 4008…
    expect(bytes.subarray(0, 24).toString('hex')).to.equal(
      '3ff000000000000040000000000000004008000000000000',
    );
    expect(unpackValue(bytes)).to.deep.equal({
      lineage: 1,
      windowStartUs: 2,
      ver: 3,
      json: '{"a":null,"b":"ü"}',
    });
  });

  it('gives one record one text, whatever the order of its keys', () => {
    const one = canonicalJson({ b: [{ y: 1, x: 2 }], a: { d: 1, c: null } });
    expect(one).to.equal(canonicalJson({ a: { c: null, d: 1 }, b: [{ x: 2, y: 1 }] }));
    expect(one).to.equal('{"a":{"c":null,"d":1},"b":[{"x":2,"y":1}]}');
  });

  it('refuses a version that Lua could not tell from its neighbour', () => {
    // 2^53 + 1 equals 2^53 as a double.
    expect(() => packValue({ lineage: 1, windowStartUs: 0, ver: 2 ** 53 }, {})).to.throw();
  });
});

describe('keys', () => {
  const keys = createKeys('test-1');

  it('name slots, positions and sources inside the lane', () => {
    expect(
      keys.slot({
        featureSet: 'market.bar',
        entity: 'crypto:BTC-USD@coinbase',
        windowSizeMs: 60_000,
      }),
    ).to.equal('gw:test-1:slot:market.bar|crypto:BTC-USD@coinbase|60000');
    expect(keys.position({ topic: 'feature.symbol.market.v1', partition: 3 })).to.equal(
      'gw:test-1:pos:feature.symbol.market.v1:3',
    );
  });

  it('refuse names that could reach another key or another command', () => {
    for (const entity of ['', 'a b', 'a\r\nDEL x', 'a|60000', '*', 'a\0', '{a}', 'x'.repeat(300)]) {
      expect(() => keys.slot({ featureSet: 'market.bar', entity, windowSizeMs: 0 })).to.throw(
        BadKeyError,
      );
    }
    expect(() => createKeys('live:x')).to.throw(BadKeyError);
  });
});
