import { expect } from 'chai';
import { decodeHeaders, encodeHeaders } from '../src/letter-headers.ts';

describe('headers of dead letters', () => {
  it('come back as they were: no value, empty, doubled, bytes that are no text, names of any kind', () => {
    const headers = {
      nothing: [null],
      empty: [new Uint8Array()],
      twice: [Buffer.from('one'), null, Buffer.from([0xff, 0x00])],
      'a\u0000b': [Buffer.from('ü')],
      ['__proto__']: [Buffer.from('x')],
    };
    const back = decodeHeaders(encodeHeaders(headers));
    expect(Object.keys(back)).to.deep.equal(Object.keys(headers));
    for (const [name, values] of Object.entries(headers))
      expect(
        back[name]?.map((value) => value && Buffer.from(value)),
        name,
      ).to.deep.equal(values.map((value) => value && Buffer.from(value)));
  });

  it('are none in a letter of an older version', () => {
    expect(decodeHeaders(null)).to.deep.equal({});
  });
});
