import { expect } from 'chai';
import { recordMaps, type InvestorBehaviour, type PeerComparison } from '@groundswell/schemas';
import { formatIsoUs } from '@groundswell/domain';
import { behaviour, minuteUs, nowMs, t0, type Rec } from './records.ts';
import { makeRig, otherKey, ownKey, type Api, type Rig } from './rig.ts';

const E18 = 10n ** 18n;
const path = `/v1/investors/${ownKey}/peers`;

/** A record of an investor that turned its equity over so often in 30 days. */
function trading(key: string, equity: number, turnover: number, revision = 1, second = 60): Rec {
  const base = behaviour(key, revision, second).key as InvestorBehaviour;
  const record: InvestorBehaviour = {
    ...base,
    equityE18: BigInt(equity) * E18,
    turnover: [
      {
        windowDays: 30,
        tradeCount: 10,
        dayCount: 30,
        roundTrips: 0,
        turnover,
        turnoverAnnual: turnover * 12,
        tradesPerDay: 0.3,
        buyValueE18: 0n,
        sellValueE18: 0n,
      },
    ],
  };
  return { key: record, json: recordMaps.InvestorBehaviour.toJson(record) };
}

describe('trading peers over HTTP, on the real history', () => {
  let rig: Rig;
  let api: Api;

  before(async () => {
    rig = await makeRig();
    // 49 others and the own one: with the 5 smallest turning over 1, 2, 3, 4 and its own 10.
    const others = Array.from({ length: 49 }, (_, index) =>
      trading(`v1:other-${String(index)}`, 2000 + index, index < 4 ? index + 1 : 99),
    );
    await rig.commit([...others, trading(ownKey, 1000, 10)]);
    // Known 8 minutes after t0: between the comparisons of minute 5 and minute 10.
    await rig.commit([trading(ownKey, 1000, 20, 2, 480)]);
    api = await rig.startApi();
  });

  after(() => rig.drop());

  const compare = async (query = ''): Promise<PeerComparison & { readonly known_at: string }> => {
    const { status, text } = await api.get(`${path}${query}`, 'investor');
    expect(status, text).to.equal(200);
    return JSON.parse(text) as PeerComparison & { readonly known_at: string };
  };

  it('compares at the last full five minutes that have settled, and says which', async () => {
    // Two seconds after the tenth minute its comparison is not settled yet.
    expect(nowMs * 1000).to.equal(t0 + 10 * minuteUs + 2_000_000);
    const found = await compare();
    expect(found.known_at).to.equal(formatIsoUs(t0 + 5 * minuteUs));
    expect(found).to.deep.include({ currency: 'USD', equity_decile: 1, investor_count: 5 });
    expect(found.windows).to.deep.equal([
      { window_days: 30, turnover: 10, peer_count: 5, median_turnover: 3, excess_trading: 7 },
    ]);
  });

  it('sees a later revision at a later comparison, and the earlier one as it was', async () => {
    const later = await rig.startApi({ now: () => nowMs + 60_000 });
    const newest = JSON.parse((await later.get(path, 'investor')).text) as PeerComparison;
    expect(newest.windows[0]).to.deep.include({ turnover: 20, median_turnover: 3 });
    const asked = encodeURIComponent(formatIsoUs(t0 + 7 * minuteUs));
    const { text } = await later.get(`${path}?known_at=${asked}`, 'investor');
    expect(JSON.parse(text)).to.deep.include({ known_at: formatIsoUs(t0 + 5 * minuteUs) });
    expect((JSON.parse(text) as PeerComparison).windows[0]?.turnover).to.equal(10);
  });

  it('is private: not for others, not without a token, not stored, and unknown before there was anything', async () => {
    const denied = await api.get(`/v1/investors/${otherKey}/peers`, 'investor');
    expect(denied.status).to.equal(404);
    expect((await api.get(path, 'none')).status).to.equal(401);
    expect((await api.get(path, 'viewer')).status).to.equal(403);
    expect((await api.get(path, 'investor')).headers.get('cache-control')).to.equal('no-store');
    const before = encodeURIComponent(formatIsoUs(t0 - minuteUs));
    const unknown = await api.get(`${path}?known_at=${before}`, 'investor');
    expect(unknown.status).to.equal(404);
    expect(unknown.body.detail).to.include('the last comparison');
  });
});
