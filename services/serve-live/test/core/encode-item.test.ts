import { expect } from 'chai';
import { encodeItem } from '../../src/index.ts';

describe('an item of a channel', () => {
  it('is encoded when the first asks, and once for all', () => {
    let encodings = 0;
    const data = {
      toJSON: () => {
        encodings += 1;
        return { price: '1.5' };
      },
    };
    const item = encodeItem({ key: 'k', lineage: 2, ver: 7, data }, 99);
    expect(item).to.include({ key: 'k', lineage: 2, ver: 7, ingestTimeUs: 99 });
    expect(encodings).to.equal(0);
    const texts = [item.json, item.json];
    expect(texts).to.deep.equal(
      Array(2).fill('{"key":"k","lineage":2,"ver":7,"data":{"price":"1.5"}}'),
    );
    expect(encodings).to.equal(1);
  });
});
