import { expect } from 'chai';
import { TokenServiceUnavailableError, UnauthenticatedError } from '../src/index.ts';
import { aClock, aKeyServer, aVerifier, anIssuer, forge, goodClaims } from './fixture.ts';

const MINUTE_MS = 60_000;
const aGrant = {
  subject: 'someone',
  scopes: ['features:read'],
  lifetimeMs: 15 * MINUTE_MS,
} as const;

async function outcome(verdict: Promise<unknown>): Promise<string> {
  return verdict.then(
    () => 'accepted',
    (thrown: unknown) => (thrown as Error).name,
  );
}

describe('the keys of the issuer', () => {
  it('are read at most once per 30 s under 1,000 unknown key ids (S4)', async () => {
    const clock = aClock();
    const issuer = await anIssuer(clock);
    const server = aKeyServer(issuer);
    const verifier = aVerifier(clock, server);
    await verifier.verify(await issuer.signer.sign(aGrant));
    for (let i = 0; i < 1000; i += 1) {
      clock.ms += 60; // one minute in all
      const verdict = await outcome(
        verifier.verify(forge(issuer, goodClaims, { kid: `bad-${String(i)}` })),
      );
      expect(verdict).to.equal(UnauthenticatedError.name);
    }
    expect(server.reads).to.be.within(2, 3);
  });

  it('survive an outage of the issuer up to their TTL; a token with a new key gets 503 (S5)', async () => {
    const clock = aClock();
    const [issuer, rotated] = [await anIssuer(clock), await anIssuer(clock)];
    const server = aKeyServer(issuer);
    const verifier = aVerifier(clock, server);
    await verifier.verify(await issuer.signer.sign(aGrant));
    server.down = true;
    clock.ms += 50 * MINUTE_MS;
    expect(await outcome(verifier.verify(await issuer.signer.sign(aGrant)))).to.equal('accepted');
    expect(await outcome(verifier.verify(await rotated.signer.sign(aGrant)))).to.equal(
      TokenServiceUnavailableError.name,
    );
    clock.ms += 11 * MINUTE_MS;
    expect(await outcome(verifier.verify(await issuer.signer.sign(aGrant)))).to.equal(
      TokenServiceUnavailableError.name,
    );
    server.down = false;
    clock.ms += MINUTE_MS;
    expect(await outcome(verifier.verify(await issuer.signer.sign(aGrant)))).to.equal('accepted');
  });

  it('are asked for once per 30 s while the issuer is down', async () => {
    const clock = aClock();
    const issuer = await anIssuer(clock);
    const server = aKeyServer(issuer);
    server.down = true;
    const verifier = aVerifier(clock, server);
    const token = await issuer.signer.sign(aGrant);
    for (let i = 0; i < 50; i += 1) {
      expect(await outcome(verifier.verify(token))).to.equal(TokenServiceUnavailableError.name);
    }
    expect(server.reads).to.equal(1);
  });

  it('rotate: the new one is accepted, the removed one refused, remembered tokens included (S5)', async () => {
    const clock = aClock();
    const [old, fresh] = [await anIssuer(clock), await anIssuer(clock)];
    const server = aKeyServer(old);
    const verifier = aVerifier(clock, server);
    const remembered = await old.signer.sign(aGrant);
    await verifier.verify(remembered);
    server.issuers = [fresh];
    clock.ms += MINUTE_MS;
    expect(await outcome(verifier.verify(await fresh.signer.sign(aGrant)))).to.equal('accepted');
    expect(await outcome(verifier.verify(remembered))).to.equal(UnauthenticatedError.name);
  });

  it('that were removed silently are noticed at the next refresh', async () => {
    const clock = aClock();
    const [old, fresh] = [await anIssuer(clock), await anIssuer(clock)];
    const server = aKeyServer(old);
    const verifier = aVerifier(clock, server);
    const remembered = await old.signer.sign(aGrant);
    await verifier.verify(remembered);
    server.issuers = [fresh];
    clock.ms += 5 * MINUTE_MS + 1;
    expect(await outcome(verifier.verify(remembered))).to.equal(UnauthenticatedError.name);
  });
});

describe('a remembered token', () => {
  it('is refused from its expiry on (PF31)', async () => {
    const clock = aClock();
    const issuer = await anIssuer(clock);
    const verifier = aVerifier(clock, aKeyServer(issuer));
    const token = await issuer.signer.sign({ ...aGrant, lifetimeMs: 3000 });
    const first = await verifier.verify(token);
    clock.ms += 2000;
    expect(await verifier.verify(token)).to.equal(first);
    clock.ms += 1000 + 5000; // expiry and the allowed skew
    expect(await outcome(verifier.verify(token))).to.equal(UnauthenticatedError.name);
  });
});
