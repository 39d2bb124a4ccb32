import {
  backoffOfStatus,
  defaultBackoffLimits as limits,
  nextBackoff,
  noFailures,
  retryAfterMs,
  type BackoffState,
} from '@groundswell/connector';
import { expect } from 'chai';
import fc from 'fast-check';

const failure = { nowMs: 0, healthyForMs: 0, retryAfterMs: null, chance: 0.999_999 } as const;

describe('back-off', () => {
  it('doubles the bound of NET from 250 ms to 30 s and forgets it after 60 s of health', () => {
    let state: BackoffState = noFailures;
    const delays: number[] = [];
    for (let attempt = 0; attempt < 9; attempt += 1) {
      const next = nextBackoff(state, { ...failure, backoff: 'NET' }, limits);
      state = next.state;
      if (next.action.kind === 'retry') delays.push(next.action.delayMs);
    }
    // Just below the bounds 250, 500, 1000 ... 30000, 30000.
    expect(delays).to.deep.equal([249, 499, 999, 1999, 3999, 7999, 15999, 29999, 29999]);
    const rested = nextBackoff(state, { ...failure, backoff: 'NET', healthyForMs: 60_000 }, limits);
    expect(rested.action).to.include({ delayMs: 249 });
    const early = nextBackoff(state, { ...failure, backoff: 'NET', healthyForMs: 59_999 }, limits);
    expect(early.action).to.include({ delayMs: 29_999 });
  });

  it('jitters over the whole span', () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (failures, chance) => {
          const state = { ...noFailures, netFailures: failures };
          const { action } = nextBackoff(state, { ...failure, backoff: 'NET', chance }, limits);
          const bound = Math.min(30_000, 250 * 2 ** Math.min(failures, 20));
          expect(action).to.deep.equal({
            kind: 'retry',
            delayMs: Math.floor(bound * chance),
            alert: false,
          });
        },
      ),
    );
  });

  it('obeys what LIMIT names, else waits 60 s doubling', () => {
    const named = nextBackoff(
      noFailures,
      { ...failure, backoff: 'LIMIT', retryAfterMs: 7000 },
      limits,
    );
    expect(named.action).to.include({ delayMs: 7000 });
    const unnamed = nextBackoff(named.state, { ...failure, backoff: 'LIMIT' }, limits);
    expect(unnamed.action).to.include({ delayMs: 120_000 });
  });

  it('alerts at the third SLOW within ten minutes', () => {
    let state: BackoffState = noFailures;
    const alerts = [0, 300_000, 599_000, 1_300_000].map((nowMs) => {
      const next = nextBackoff(state, { ...failure, backoff: 'SLOW', nowMs }, limits);
      state = next.state;
      return next.action.kind === 'retry' && next.action.alert;
    });
    expect(alerts).to.deep.equal([false, false, true, false]);
  });

  it('stops for good on STOP and goes on at once on MOVE and CURSOR', () => {
    expect(nextBackoff(noFailures, { ...failure, backoff: 'STOP' }, limits).action.kind).to.equal(
      'stop',
    );
    for (const backoff of ['MOVE', 'CURSOR'] as const) {
      expect(nextBackoff(noFailures, { ...failure, backoff }, limits).action).to.include({
        delayMs: 0,
      });
    }
  });

  it('maps statuses to classes', () => {
    const classes = [401, 402, 403, 406, 451, 418, 429, 500, 503, 404].map(backoffOfStatus);
    const stops = Array<string>(5).fill('STOP');
    expect(classes).to.deep.equal([...stops, 'LIMIT', 'LIMIT', 'NET', 'NET', 'NET']);
  });

  it('reads Retry-After as seconds or as a date', () => {
    expect(retryAfterMs('3', 0)).to.equal(3000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).to.equal(6000);
    expect(retryAfterMs('soon', 0)).to.equal(null);
    expect(retryAfterMs(undefined, 0)).to.equal(null);
  });
});
