import { expect } from 'chai';
import { UnauthenticatedError, type RefusalReason } from '../src/index.ts';
import {
  AUDIENCE,
  ISSUER,
  NOW_S,
  aClock,
  aKeyServer,
  aVerifier,
  anIssuer,
  forge,
  forgeWithSharedSecret,
  goodClaims,
  type Issuer,
} from './fixture.ts';

type Make = (issuer: Issuer) => unknown;
const claims =
  (changed: object): Make =>
  (issuer) =>
    forge(issuer, { ...goodClaims, ...changed });
const header =
  (changed: object): Make =>
  (issuer) =>
    forge(issuer, goodClaims, changed);
const without =
  (name: keyof typeof goodClaims): Make =>
  (issuer) =>
    forge(issuer, { ...goodClaims, [name]: undefined });
const manyClaims = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`c${String(i)}`, 1]));

// Every token but those of the first two groups carries a true signature of the issuer: only our own checks stand in its way.
const table: readonly (readonly [string, RefusalReason, Make])[] = [
  ['S1: alg none', 'algorithm', header({ alg: 'none' })],
  ['S1: alg NoNe', 'algorithm', header({ alg: 'NoNe' })],
  ['S1: an empty signature', 'malformed', (i) => forge(i, goodClaims).replace(/[^.]*$/, '')],
  [
    'S2: a shared secret made of the public key',
    'malformed',
    (i) => forgeWithSharedSecret(i, i.pem),
  ],
  ['S2: RS256', 'algorithm', header({ alg: 'RS256' })],
  ['S3: another issuer', 'issuer', claims({ iss: 'http://evil.test' })],
  ['S3: the issuer in a list', 'issuer', claims({ iss: [ISSUER] })],
  ['S3: no issuer', 'issuer', without('iss')],
  ['S3: another audience', 'audience', claims({ aud: 'another' })],
  ['S3: no audience', 'audience', without('aud')],
  ['S3: no exp', 'time', without('exp')],
  ['S3: an exp as text', 'time', claims({ exp: String(NOW_S + 60) })],
  ['S3: a fractional exp', 'time', claims({ exp: NOW_S + 60.5 })],
  ['S3: a huge exp', 'time', claims({ exp: 1e300 })],
  ['S3: an exp beyond the longest lifetime', 'time', claims({ exp: NOW_S + 966 })],
  ['S3: a past exp', 'time', claims({ iat: NOW_S - 100, exp: NOW_S - 61 })],
  ['S3: no iat', 'time', without('iat')],
  ['S3: a future iat', 'time', claims({ iat: NOW_S + 61, exp: NOW_S + 900 })],
  ['S3: a future nbf', 'time', claims({ nbf: NOW_S + 61 })],
  ['S4: a kid with a path', 'unknown_key', header({ kid: '../../etc/passwd' })],
  ['S4: a kid with SQL', 'unknown_key', header({ kid: "' OR 1=1 --" })],
  ['S4: a kid with a URL', 'unknown_key', header({ kid: 'http://evil.test/k' })],
  ['S4: no kid', 'unknown_key', header({ kid: undefined })],
  ['S4: an unknown kid', 'unknown_key', header({ kid: 'unheard-of' })],
  ['S6: an ID token', 'type', header({ typ: 'JWT' })],
  ['S6: no typ', 'type', header({ typ: undefined })],
  ['S7: an unknown crit', 'critical_header', header({ crit: ['x'], x: 1 })],
  ['S7: a nested token', 'critical_header', header({ cty: 'JWT' })],
  ['S7: five parts, as an encrypted token', 'malformed', () => 'a.b.c.d.e'],
  ['S7: more than 8 KB', 'too_long', claims({ pad: 'x'.repeat(9000) })],
  ['S7: 1,000 claims', 'too_long', claims(manyClaims)],
  [
    'S7: 65 claims',
    'malformed',
    claims(Object.fromEntries(Object.entries(manyClaims).slice(0, 65))),
  ],
  [
    'S7: a claim twice',
    'malformed',
    (i) => forge(i, `{"sub":"victim",${JSON.stringify(goodClaims).slice(1)}`),
  ],
  [
    'S7: a claim twice, once in escapes',
    'malformed',
    (i) => forge(i, `{"\\u0073ub":"victim",${JSON.stringify(goodClaims).slice(1)}`),
  ],
  [
    'S7: a header twice',
    'malformed',
    (i) => forge(i, goodClaims, `{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"${i.keyId}"}`),
  ],
  ['S7: deep claims', 'malformed', claims({ a: { b: { c: { d: {} } } } })],
  ['claims that are a list', 'malformed', (i) => forge(i, '[]')],
  ['claims that are no JSON', 'malformed', (i) => forge(i, '{')],
  ['no subject', 'claims', without('sub')],
  ['no token id', 'claims', without('jti')],
  ['a list as scope', 'claims', claims({ scope: ['admin'] })],
  ['investor:self without a key', 'claims', claims({ scope: 'investor:self' })],
  [
    'a raw id as investor key',
    'claims',
    claims({ scope: 'investor:self', investor_key: 'demo-01' }),
  ],
  ['nothing', 'missing', () => undefined],
  ['an object', 'missing', () => ({ toString: () => 'x' })],
];

describe('a token verifier refuses', () => {
  for (const [name, reason, make] of table) {
    it(name, async () => {
      const clock = aClock();
      const issuer = await anIssuer(clock);
      const verifier = aVerifier(clock, aKeyServer(issuer));
      const refusal = await verifier.verify(make(issuer)).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(refusal).to.be.instanceOf(UnauthenticatedError);
      expect((refusal as UnauthenticatedError).reason).to.equal(reason);
      expect((refusal as UnauthenticatedError).message).to.equal('authentication is required');
    });
  }

  it('S2: a token signed by another key under a known kid', async () => {
    const clock = aClock();
    const [issuer, stranger] = [await anIssuer(clock), await anIssuer(clock)];
    const token = forge(stranger, goodClaims, { kid: issuer.keyId });
    const refusal = await aVerifier(clock, aKeyServer(issuer)).verify(token).catch(String);
    expect(refusal).to.contain('authentication is required');
  });

  it('S7: a hostile token of full length in less than 5 ms', async () => {
    const clock = aClock();
    const issuer = await anIssuer(clock);
    const verifier = aVerifier(clock, aKeyServer(issuer));
    const token = forge(issuer, `{"a":"${'\\"'.repeat(2800)}","a":1}`);
    await verifier.verify(token).catch(() => null); // warm
    const started = performance.now();
    for (let i = 0; i < 20; i += 1) await verifier.verify(token).catch(() => null);
    expect((performance.now() - started) / 20).to.be.below(5);
  });

  it('and accepts the very same claims when nothing is changed', async () => {
    const clock = aClock();
    const issuer = await anIssuer(clock);
    const principal = await aVerifier(clock, aKeyServer(issuer)).verify(
      forge(
        issuer,
        { ...goodClaims, aud: ['other', AUDIENCE] },
        { jku: 'http://evil.test', jwk: {} },
      ),
    );
    expect(principal).to.deep.equal({
      subject: 'someone',
      tokenId: 'token-1',
      scopes: new Set(['features:read']),
      investorKey: null,
      expiresAtMs: (NOW_S + 900) * 1000,
    });
  });
});
