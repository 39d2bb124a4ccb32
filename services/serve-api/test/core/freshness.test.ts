import { expect } from 'chai';
import type { GapJson, SourceStatusJson } from '@groundswell/schemas';
import { freshnessOf, worstState, type Dated } from '../../src/core/freshness.ts';

const nowMs = Date.UTC(2026, 10, 21, 12, 1, 5);
const value: Dated = {
  entity: 'crypto:BTC-USD@coinbase',
  window_start: '2026-11-21T12:00:00.000000Z',
  window_end: '2026-11-21T12:01:00.000000Z',
  known_at: '2026-11-21T12:01:03.000000Z',
  counts: { coinbase: 3 },
};
const status = (
  stream: string,
  state: SourceStatusJson['state'],
  time = '2026-11-21T12:01:00.000000Z',
) => ({ source: 'coinbase', stream, state, event_time: time }) as SourceStatusJson;
const gap = (stream: string, from: string, to: string) =>
  ({ source: 'coinbase', stream, from_time: from, to_time: to, event_time: to }) as GapJson;

const state = (statuses: SourceStatusJson[], openGaps: GapJson[] = [], at = nowMs) =>
  freshnessOf(value, { statuses, openGaps }, 15_000, at).state;

describe('freshness', () => {
  it('is live only with a live source and a young value', () => {
    expect(state([status('BTC-USD', 'LIVE')])).to.equal('live');
    expect(state([status('BTC-USD', 'LIVE')], [], nowMs + 13_000)).to.equal('live');
    expect(state([status('BTC-USD', 'LIVE')], [], nowMs + 13_001)).to.equal('stale');
  });

  it('is unknown without a value and without a word of the source', () => {
    expect(state([])).to.equal('unknown');
    expect(freshnessOf(null, { statuses: [], openGaps: [] }, 15_000, nowMs)).to.deep.equal({
      state: 'unknown',
      age_ms: null,
      stale_after_ms: 15_000,
      source_state: null,
    });
  });

  it('is stale while the source is behind', () => {
    for (const behind of ['CONNECTING', 'CATCHING_UP', 'DEGRADED', 'STOPPED'] as const) {
      expect(state([status('BTC-USD', behind)])).to.equal('stale');
    }
  });

  it('looks at the stream of the instrument, not at its neighbours', () => {
    expect(state([status('BTC-USD', 'LIVE'), status('ETH-USD', 'STOPPED')])).to.equal('live');
    expect(state([status('ticker', 'STOPPED')])).to.equal('stale');
  });

  it('does not take the word of a connector that fell silent', () => {
    const old = status('BTC-USD', 'LIVE', '2026-11-21T12:00:00.000000Z');
    expect(worstState([old], nowMs)).to.equal('UNKNOWN');
    expect(state([old])).to.equal('unknown');
  });

  it('shows a hole that touches the window, whatever else is true', () => {
    const live = [status('BTC-USD', 'LIVE')];
    const inside = gap('BTC-USD', '2026-11-21T12:00:59.000000Z', '2026-11-21T12:02:00.000000Z');
    const before = gap('BTC-USD', '2026-11-21T11:58:00.000000Z', '2026-11-21T11:59:59.999999Z');
    expect(state(live, [inside])).to.equal('gap');
    expect(state(live, [before])).to.equal('live');
    expect(state(live, [{ ...inside, stream: 'ETH-USD' }])).to.equal('live');
    expect(state([status('BTC-USD', 'GAP')])).to.equal('gap');
  });
});
