import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseE18, parseIsoUs } from '@groundswell/domain';
import { batchLedger, type LedgerArrival, type MarkArrival } from '@groundswell/oracle';
import type { InvestorBehaviour } from '@groundswell/schemas';
import { expect } from 'chai';
import { DAY_GRACE_MS } from '../../src/core/habits.ts';
import { expectEqual } from './compare.ts';
import { booking, mark, Rig, type Event } from './store-rig.ts';

// Ten real private investors (marcozanotti/dispositionEffect, MIT), beside the repository where it is at hand.
const folder = resolve('../shared/data/ledger');
const present = existsSync(folder);
const title = `days of ten real investors${present ? '' : ' (skipped: no ../shared/data/ledger here)'}`;

function rows(file: string): string[][] {
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
  const lines = text.trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}

interface Executions {
  readonly events: Event[];
  readonly ledger: LedgerArrival[];
  readonly instruments: Set<string>;
}

/** Times as labelled: local days are the same either way. Rows without a quantity are refused before the operator (C5). */
function readExecutions(): Executions {
  const found: Executions = { events: [], ledger: [], instruments: new Set() };
  for (const [seq = '', investor = '', side, asset = '', qty = '', price = '', at = ''] of rows(
    'ten_investors_transactions.csv.gz',
  )) {
    if (Number(qty) === 0) continue;
    const type = side === 'B' ? 'BUY' : 'SELL';
    const [qtyE18, priceE18, tsUs] = [parseE18(qty), parseE18(price), parseIsoUs(at).us];
    const base = { instrumentId: asset, priceE18 };
    found.events.push(
      booking(`t${seq}`, tsUs, type, '0', null, {
        ...base,
        quantityE18: type === 'BUY' ? qtyE18 : -qtyE18,
        investorKey: investor,
        sequence: Number(seq),
      }),
    );
    const facts = { kind: 'booking', id: `t${seq}`, investor, currency: 'EUR', tsUs } as const;
    const amounts = { ...base, qtyE18, feeE18: 0n, amountE18: 0n };
    found.ledger.push({ ...facts, ...amounts, seq: Number(seq), type });
    found.instruments.add(asset);
  }
  return found;
}

function readMarks(): readonly { readonly event: Event; readonly mark: MarkArrival }[] {
  return rows('ten_investors_marketprices_of_held_assets.csv.gz').map(
    ([instrumentId = '', at = '', price = '']) => {
      const [tsUs, priceE18] = [parseIsoUs(at).us, parseE18(price)];
      return {
        event: mark(tsUs, priceE18, instrumentId),
        mark: { instrumentId, tsUs, priceE18, revision: 1 },
      };
    },
  );
}

/** Batches as a task takes them from two topics, of which each is read as fast as it comes. */
async function play(rig: Rig, events: readonly Event[], marks: readonly Event[]): Promise<void> {
  for (let at = 0; at < events.length || at < marks.length; at += 500) {
    if (at < events.length) await rig.feed(...events.slice(at, at + 500));
    await rig.feed(...marks.slice(at * 5, at * 5 + 2500));
  }
}

(present ? describe : describe.skip)(title, function () {
  this.timeout(120_000);
  for (const zone of ['UTC', 'Europe/Rome']) {
    describe(`in ${zone}`, () => {
      let latest: ReadonlyMap<string, InvestorBehaviour>;
      let executions: Executions;
      let marks: ReturnType<typeof readMarks>;

      before(async () => {
        executions = readExecutions();
        marks = readMarks();
        const rig = new Rig(
          Object.fromEntries([...executions.instruments].map((id) => [id, zone])),
        );
        await play(
          rig,
          executions.events,
          marks.map(({ event }) => event),
        );
        ({ latest } = rig);
      });

      it('are those of the oracle, every count, ratio and sum', () => {
        const { investors } = batchLedger(
          executions.ledger,
          marks.map((one) => one.mark),
          { days: { zoneOf: () => zone, graceMs: DAY_GRACE_MS } },
        );
        expect(investors.size).to.equal(10);
        for (const [investor, values] of investors)
          expectEqual(latest.get(investor) ?? expect.fail(investor), values);
      });

      it('show effects from -0.41 to +0.69, three of them below 0', () => {
        const effects = [...latest.values()].map(({ disposition }) => {
          const { rg, rl, pg, pl } =
            disposition.find(({ kind, windowDays }) => kind === 'RUNNING' && windowDays === 0) ??
            expect.fail('a lifetime');
          return rg / (rg + pg) - rl / (rl + pl);
        });
        expect(Math.min(...effects)).to.be.closeTo(-0.41, 0.005);
        expect(Math.max(...effects)).to.be.closeTo(0.69, 0.005);
        expect(effects.filter((effect) => effect < 0)).to.have.length(3);
      });
    });
  }
});
