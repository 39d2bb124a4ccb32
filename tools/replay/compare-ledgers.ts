import type { InvestorValues } from '@groundswell/oracle';
import type { Database } from '@groundswell/postgres';
import type { InvestorBehaviourJson } from '@groundswell/schemas';
import { firstDifference, Tally, type Comparison } from './difference.ts';

/** The newest revision of every investor. */
export async function readInvestors(database: Database): Promise<readonly InvestorBehaviourJson[]> {
  const rows = await database.query<{ record: InvestorBehaviourJson }>(
    `SELECT DISTINCT ON (entity) record FROM feature_history WHERE feature_set = 'investor.behaviour'
     ORDER BY entity, lineage DESC, revision DESC`,
  );
  return rows.map(({ record }) => record);
}

/** Every field of the oracle for every investor of either side: one comparison per (investor, field). */
export function compareLedgers(
  published: readonly InvestorBehaviourJson[],
  expected: ReadonlyMap<string, InvestorValues>,
): Comparison {
  const tally = new Tally();
  const open = new Map(expected);
  for (const record of published) {
    const values = open.get(record.investor_key);
    open.delete(record.investor_key);
    if (values === undefined) {
      tally.add(`${record.investor_key}: not in the oracle`);
      continue;
    }
    const actual = sorted(record) as unknown as Readonly<Record<string, unknown>>;
    for (const [name, value] of Object.entries(values)) {
      const found = firstDifference(actual[name], value, name);
      tally.add(found === null ? null : `${record.investor_key}: ${found}`);
    }
  }
  for (const investor of open.keys()) tally.add(`${investor}: not published`);
  return tally.result();
}

/** The order of a list says nothing; the oracle has instruments by code unit. */
function sorted(record: InvestorBehaviourJson): InvestorBehaviourJson {
  return {
    ...record,
    holdings: record.holdings.toSorted(byInstrument),
    realised_by_instrument: record.realised_by_instrument.toSorted(byInstrument),
    unmatched: record.unmatched.toSorted(byInstrument),
    unpriced: record.unpriced.toSorted(),
    quarantined: record.quarantined.toSorted(),
  };
}

function byInstrument(
  a: { readonly instrument_id: string },
  b: { readonly instrument_id: string },
): number {
  return a.instrument_id < b.instrument_id ? -1 : a.instrument_id > b.instrument_id ? 1 : 0;
}
