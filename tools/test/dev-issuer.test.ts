import { expect } from 'chai';
import { createTokenVerifier, generateSigningKeyPem } from '@groundswell/auth';
import { createDevIssuer, investorKeyOf, type DevIssuer } from '../dev-issuer/src/index.ts';
import { freePort } from '../verify/free-port.ts';

const clock = { nowMs: () => Date.now() };
const PAGE = 'http://127.0.0.1:8090';
const HMAC_KEY = 'a-key-of-this-test';

function ask(
  issuer: DevIssuer,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${issuer.url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

describe('the development issuer', () => {
  let issuer: DevIssuer;
  before(async () => {
    issuer = await createDevIssuer({
      port: 0,
      privateKeyPem: generateSigningKeyPem(),
      audience: 'groundswell',
      investorHmacKey: HMAC_KEY,
      allowedOrigins: [PAGE],
      clock,
    });
  });
  after(() => issuer.stop());

  it('gives an investor a token that the verifier accepts, with the pseudonym of connectors', async () => {
    const answer = await ask(issuer, '{"persona":"investor","investor":"demo-07"}');
    const body = (await answer.json()) as Record<string, string>;
    const verifier = createTokenVerifier({
      issuer: issuer.url,
      audience: 'groundswell',
      jwksUrl: issuer.jwksUrl,
      clock,
    });
    const principal = await verifier.verify(body['access_token']);
    const expected = investorKeyOf(HMAC_KEY, 'demo', 'demo-07');
    expect(principal.investorKey).to.equal(expected);
    expect(body['investor_key']).to.equal(expected);
    expect(body['scope']).to.equal('features:read investor:self');
    expect(body['expires_in']).to.equal(900);
    expect(JSON.stringify(body)).not.to.contain('demo-07');
  });

  it('computes the pseudonym as HMAC-SHA-256 of tenant, zero byte and raw id', () => {
    // printf 'demo\0demo-07' | openssl dgst -sha256 -hmac a-key-of-this-test -binary | basenc --base64url
    expect(investorKeyOf(HMAC_KEY, 'demo', 'demo-07')).to.equal(
      'v1:qj9xDSyRO3jpds6LC2U_eY6Tol4PdFphrG393X6mVPk',
    );
  });

  it('names unknown personas and missing investors as problems', async () => {
    for (const body of [
      '{"persona":"root"}',
      '{"persona":"investor"}',
      '{"persona":"__proto__"}',
      '[',
      '',
    ]) {
      const answer = await ask(issuer, body);
      expect(answer.status, body).to.equal(422);
      expect(answer.headers.get('content-type')).to.equal('application/problem+json');
    }
    expect((await ask(issuer, '{}', { 'content-type': 'text/plain' })).status).to.equal(415);
  });

  it('lets only the origins of the list read its answers', async () => {
    const allowed = await ask(issuer, '{"persona":"viewer"}', { origin: PAGE });
    expect(allowed.headers.get('access-control-allow-origin')).to.equal(PAGE);
    const refused = await ask(issuer, '{"persona":"viewer"}', { origin: 'http://evil.test' });
    expect(refused.headers.get('access-control-allow-origin')).to.equal(null);
  });

  it('publishes the public half of its key only', async () => {
    const { keys } = (await (await fetch(issuer.jwksUrl)).json()) as { keys: object[] };
    expect(keys).to.have.length(1);
    expect(keys[0]).to.have.keys('kty', 'crv', 'x', 'y', 'kid', 'use', 'alg');
  });

  it('names itself by its public address, gives its keys to every host and tokens to that one only', async () => {
    const publicUrl = 'http://127.0.0.1:1';
    const listening = await freePort();
    const other = await createDevIssuer({
      host: '127.0.0.1',
      port: listening,
      publicUrl,
      privateKeyPem: generateSigningKeyPem(),
      audience: 'groundswell',
      investorHmacKey: HMAC_KEY,
      allowedOrigins: [PAGE],
      clock,
    });
    try {
      expect(other.url).to.equal(publicUrl);
      const at = `http://127.0.0.1:${listening}`;
      expect((await fetch(`${at}/.well-known/jwks.json`)).status).to.equal(200);
      expect((await fetch(`${at}/personas`)).status).to.equal(421);
    } finally {
      await other.stop();
    }
  });
});
