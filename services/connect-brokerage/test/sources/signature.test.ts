import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { refuseSignature } from '../../src/sources/http/signature.ts';

interface Vectors {
  readonly secret: string;
  readonly next_secret: string;
  readonly vectors: readonly {
    readonly note: string;
    readonly webhook_id: string;
    readonly webhook_timestamp: string;
    readonly webhook_signature: string;
    readonly body: string;
    readonly expect: string;
  }[];
}

const file = new URL('../fixtures/http-ingest-signatures.json', import.meta.url);
const {
  vectors,
  secret,
  next_secret: nextSecret,
} = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const atMs = 1_767_225_600_000;

function refusal(index: number, changes: object = {}, nowMs = atMs, secrets = [secret]) {
  const vector = vectors[index];
  const request = {
    id: vector?.webhook_id,
    timestamp: vector?.webhook_timestamp,
    signature: vector?.webhook_signature,
    body: Buffer.from(vector?.body ?? ''),
    ...changes,
  };
  return refuseSignature(request, secrets, nowMs);
}

describe('signatures of Standard Webhooks', () => {
  for (const [index, vector] of vectors.entries()) {
    const valid = vector.expect.startsWith('valid');
    it(`${valid ? 'accepts' : 'refuses'}: ${vector.note}`, () => {
      expect(refusal(index)).to.equal(valid ? null : 'signature_mismatch');
    });
  }

  it('accepts either secret while one is rotated', () => {
    expect(refusal(0, {}, atMs, [nextSecret, secret])).to.equal(null);
    expect(refusal(2, {}, atMs, [nextSecret])).to.equal(null);
    expect(refusal(0, {}, atMs, [nextSecret])).to.equal('signature_mismatch');
  });

  it('accepts a clock within 300 s, on both sides, and no more', () => {
    expect(refusal(0, {}, atMs + 300_000)).to.equal(null);
    expect(refusal(0, {}, atMs - 300_000)).to.equal(null);
    expect(refusal(0, {}, atMs + 300_001)).to.equal('timestamp_outside_tolerance');
    expect(refusal(0, {}, atMs - 300_001)).to.equal('timestamp_outside_tolerance');
  });

  it('refuses another id, another time, one changed byte, and missing headers', () => {
    expect(refusal(0, { id: 'msg_other' })).to.equal('signature_mismatch');
    expect(refusal(0, { timestamp: '1767225601' })).to.equal('signature_mismatch');
    expect(refusal(0, { body: Buffer.from('{}') })).to.equal('signature_mismatch');
    expect(refusal(0, { timestamp: '1767225600.0' })).to.equal('timestamp_unreadable');
    expect(refusal(0, { signature: undefined })).to.equal('headers_missing');
    expect(refusal(0, {}, atMs, [])).to.equal('signature_mismatch');
  });
});
