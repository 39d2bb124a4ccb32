import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { fromBase64, importSecret, signedHeaders, toBase64 } from '../lib/sign.js';

describe('signed requests', () => {
  it('signs id, second and body as the receiver computes it', async () => {
    const raw = Buffer.from('0123456789abcdef0123456789abcdef');
    const key = await importSecret(`whsec_${raw.toString('base64')}`);
    const headers = await signedHeaders(key, 'load-1', '[{"id":"a"}]', 1_700_000_000_999);
    const mac = createHmac('sha256', raw).update('load-1.1700000000.[{"id":"a"}]').digest('base64');
    expect(headers).to.deep.equal({
      'content-type': 'application/json',
      'webhook-id': 'load-1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${mac}`,
    });
  });

  it('writes and reads base64 as Node does, of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).to.equal(text);
        expect([...fromBase64(text)]).to.deep.equal([...bytes]);
      }),
    );
  });
});
