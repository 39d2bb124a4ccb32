import { expect } from 'chai';
import { trustOf, type TrustInput } from '../../src/lib/trust.ts';

const START = Date.UTC(2026, 10, 21, 14, 30);
const base: TrustInput = {
  status: 'PROVISIONAL',
  revision: 4,
  cause: 'UPDATE',
  n: 112,
  windowStartMs: START,
  windowEndMs: START + 300_000,
  watermarkMs: START + 84_000, // 28 % of the window
  knownAtMs: START + 84_500,
  isLatest: true,
  staleAfterMs: 15_000,
  graceMs: 5000,
  gap: null,
  behind: [],
  nowMs: START + 85_000,
};

describe('trust mark', () => {
  it('tells how much of the window the watermark has passed and when it can be final', () => {
    const trust = trustOf(base);
    expect(trust.state).to.equal('provisional');
    expect(trust.word).to.equal('provisional 28\u2009%');
    expect(trust.reasons).to.eql([
      'The watermark has passed 28\u2009% of 14:30–14:35. Final at 14:35:05 at the earliest (5 s grace).',
    ]);
  });

  it('puts gap before stale before revised, and names all that apply', () => {
    const trust = trustOf({
      ...base,
      status: 'REVISED',
      cause: 'LATE',
      gap: { source: 'coinbase', missing: 38 },
      nowMs: START + 200_000,
    });
    expect(trust.state).to.equal('gap');
    expect(trust.reasons).to.have.length(3);
    expect(trustOf({ ...base, status: 'REVISED', nowMs: START + 200_000 }).state).to.equal('stale');
    expect(trustOf({ ...base, status: 'REVISED' }).word).to.equal('revised r4');
  });

  it('lets an old bar grow no older', () => {
    const old = { ...base, status: 'FINAL' as const, isLatest: false, nowMs: START + 9e8 };
    expect(trustOf(old).state).to.equal('final');
    expect(trustOf({ ...old, isLatest: true }).state).to.equal('stale');
  });

  it('marks a value whose source is behind, and one without events', () => {
    expect(trustOf({ ...base, behind: ['coinbase'] }).state).to.equal('stale');
    expect(trustOf({ ...base, n: 0 }).word).to.equal('no data');
  });

  it('is full while the grace runs and for values without a window', () => {
    expect(trustOf({ ...base, watermarkMs: START + 301_000 }).passed).to.equal(1);
    const noWindow = trustOf({ ...base, windowEndMs: START });
    expect([noWindow.passed, noWindow.word]).to.eql([1, 'provisional']);
  });
});
