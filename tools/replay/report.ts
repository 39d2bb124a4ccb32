import { createOperationsReader, type Database } from '@groundswell/postgres';
import {
  inLane,
  laneConsumerGroup,
  type InvestorBehaviourJson,
  type Mention,
} from '@groundswell/schemas';
import type { MentionVerdicts } from '@groundswell/oracle';
import { agreements, type Agreement } from './agreement.ts';
import { compareBars, compareLate, readBars } from './compare-bars.ts';
import { compareLedgers, readInvestors } from './compare-ledgers.ts';
import { compareLateMentions, compareMoods, expectedMoods, readMoods } from './compare-moods.ts';
import { firstDifference, Tally, type Comparison } from './difference.ts';
import type { Expected } from './expected.ts';
import type { PublishedCounts } from './publish.ts';
import type { TapePost } from '../tape/index.ts';
import { compareVendor, type VendorDay } from './vendor.ts';

/** Verdicts over all tasks of a topic (I13). */
export interface Verdicts {
  readonly applied: number;
  readonly deduped: number;
  readonly late: number;
  readonly dead: number;
  readonly erased: number;
  readonly markers: number;
}

/** What a replay ends with. Everything but `vendor` must be free of differences. */
export interface ReplayReport {
  readonly tape: string;
  readonly lane: string;
  readonly published: PublishedCounts;
  readonly publishSeconds: number;
  readonly totalSeconds: number;
  readonly conservation: { readonly holds: number; readonly broken: readonly string[] };
  readonly verdicts: Readonly<Record<string, Verdicts>>;
  /** Decisions against the oracle and the number of records acknowledged. */
  readonly counts: Comparison;
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly revisions: Comparison;
  readonly bars: Comparison;
  readonly late: Comparison;
  readonly ledgers: Comparison;
  readonly investors: readonly InvestorLine[];
  /** Fields of sentiment windows. */
  readonly moods: Comparison;
  readonly lateMentions: Comparison;
  /** Scorers against the labels of the tape; says how good they are, so no difference is a failure. */
  readonly agreements: readonly Agreement[];
  readonly vendor: Comparison | null;
  readonly serviceDeaths: number;
}

/** What a person wants to see of an investor. */
export interface InvestorLine {
  readonly investor: string;
  readonly realisedPnl: string;
  readonly unrealisedPnl: string;
  readonly unpriced: readonly string[];
  readonly quarantined: readonly string[];
  /** Disposition effect over the whole life (B1); null below its minimum sample, or while a valuation is in doubt. */
  readonly disposition: number | null;
  readonly saleDays: number;
}

export interface ReportInput {
  readonly lane: string;
  readonly database: Database;
  readonly expected: Expected;
  readonly published: PublishedCounts;
  readonly vendor: { readonly file: string; readonly day: VendorDay } | null;
  /** As they came. */
  readonly posts: readonly TapePost[];
  /** What the services said of them, in log order. */
  readonly mentions: readonly Mention[];
}

/** Read what the services left in Postgres and compare it with the oracle. */
export async function compareAll(
  input: ReportInput,
): Promise<Omit<ReplayReport, 'tape' | 'publishSeconds' | 'totalSeconds' | 'serviceDeaths'>> {
  const { lane, database, expected, published, vendor, posts, mentions } = input;
  const { verdicts: said, moods } = expectedMoods(mentions);
  const { conservation, verdicts } = await readConservation(database, lane);
  const deadLetters = await readDeadLetters(database);
  const bars = await readBars(database);
  const investors = await readInvestors(database);
  return {
    lane,
    published,
    conservation,
    verdicts,
    counts: compareCounts(verdicts, deadLetters, { ...expected, mentions: said }, published),
    deadLetters,
    revisions: await compareRevisions(database),
    bars: compareBars(bars, expected.bars),
    late: await compareLate(
      database,
      laneConsumerGroup(lane, 'derive-market'),
      expected.trades.late,
    ),
    ledgers: compareLedgers(investors, expected.ledger.investors),
    investors: investors.map(investorLine),
    moods: compareMoods(await readMoods(database), moods),
    lateMentions: await compareLateMentions(
      database,
      laneConsumerGroup(lane, 'derive-sentiment-window'),
      said.late,
    ),
    agreements: agreements(posts, mentions),
    vendor: vendor === null ? null : await compareVendor(vendor.file, bars, vendor.day),
  };
}

function investorLine(record: InvestorBehaviourJson): InvestorLine {
  const whole = record.disposition.find(
    ({ kind, window_days }) => kind === 'ODEAN_DAY' && window_days === 0,
  );
  return {
    investor: record.investor_key,
    realisedPnl: record.realised_pnl,
    unrealisedPnl: record.unrealised_pnl,
    unpriced: record.unpriced,
    quarantined: record.quarantined,
    disposition: whole?.de ?? null,
    saleDays: whole?.sale_days ?? 0,
  };
}

/** Is everything as the oracle says? */
export function isEqual(report: ReplayReport): boolean {
  const { counts, revisions, bars, late, ledgers, moods, lateMentions, conservation } = report;
  const all = [counts, revisions, bars, late, ledgers, moods, lateMentions];
  const differences = all.map(({ different }) => different);
  return conservation.broken.length === 0 && differences.every((different) => different === 0);
}

async function readConservation(
  database: Database,
  lane: string,
): Promise<Pick<ReplayReport, 'conservation' | 'verdicts'>> {
  const rows = await createOperationsReader(database).conservation();
  const broken: string[] = [];
  const verdicts: Record<string, Verdicts> = {};
  for (const row of rows) {
    const { applied, deduped, late, dead, erased, markers } = row;
    const decided = Number(BigInt(row.nextOffset) - BigInt(row.firstOffset));
    if (decided !== applied + deduped + late + dead + erased + markers) {
      broken.push(`${row.group} task ${row.task} ${row.topic}/${row.partition}`);
    }
    const topic = row.topic.slice(inLane(lane, '').length);
    const sum = verdicts[topic] ?? {
      applied: 0,
      deduped: 0,
      late: 0,
      dead: 0,
      erased: 0,
      markers: 0,
    };
    verdicts[topic] = {
      applied: sum.applied + applied,
      deduped: sum.deduped + deduped,
      late: sum.late + late,
      dead: sum.dead + dead,
      erased: sum.erased + erased,
      markers: sum.markers + markers,
    };
  }
  return { conservation: { holds: rows.length - broken.length, broken }, verdicts };
}

async function readDeadLetters(database: Database): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { reason, count } of await createOperationsReader(database).deadLetterSummary(1000)) {
    counts[reason] = (counts[reason] ?? 0) + count;
  }
  return counts;
}

/** Nothing lost (O1), nothing counted twice, and each class as large as the oracle says. */
function compareCounts(
  verdicts: Readonly<Record<string, Verdicts>>,
  deadLetters: Readonly<Record<string, number>>,
  { trades, ledger, mentions }: Expected & { readonly mentions: MentionVerdicts },
  published: PublishedCounts,
): Comparison {
  const tally = new Tally();
  const compare = (topic: string, acknowledged: number, expected: Partial<Verdicts>) => {
    const found = verdicts[topic];
    const decided = found === undefined ? 0 : total(found);
    tally.add(firstDifference(decided, acknowledged, `${topic}: decided`));
    for (const [name, n] of Object.entries(expected)) {
      tally.add(firstDifference(found?.[name as keyof Verdicts] ?? 0, n, `${topic}: ${name}`));
    }
  };
  const none = { erased: 0, markers: 0 };
  compare('market.trade.v1', published['market.trade.v1'], { ...trades.counts, ...none });
  const { applied, deduped, late, refused } = ledger;
  const dead = Object.values(refused).reduce((sum, n) => sum + n, 0);
  const booked = { applied, deduped, late, dead, ...none };
  compare('brokerage.transaction.v1', published['brokerage.transaction.v1'], booked);
  // The intake passes on no repeat and nothing that the stage could refuse.
  const posts = published['social.post.v1'];
  compare('social.post.v1', posts, { applied: posts });
  const { counts: said } = mentions;
  compare('social.mention.v1', said.applied + said.deduped + said.late, { ...said, ...none });
  for (const [reason, n] of Object.entries(refused)) {
    tally.add(firstDifference(deadLetters[reason] ?? 0, n, `dead letters ${reason}`));
  }
  return tally.result();
}

function total({ applied, deduped, late, dead, erased, markers }: Verdicts): number {
  return applied + deduped + late + dead + erased + markers;
}

/** P5: the revisions of every value go from 1 to the last without a gap. */
async function compareRevisions(database: Database): Promise<Comparison> {
  const [row] = await database.query<{ equal: string; different: string; example: string | null }>(
    `SELECT count(*) FILTER (WHERE n = last AND first = 1) AS equal,
            count(*) FILTER (WHERE n <> last OR first <> 1) AS different,
            min(name) FILTER (WHERE n <> last OR first <> 1) AS example
     FROM (SELECT feature_set || ' ' || entity AS name, count(*) AS n, min(revision) AS first, max(revision) AS last
           FROM feature_history
           GROUP BY feature_set, entity, window_size_ms, lineage,
             CASE WHEN window_size_ms = 0 THEN 0 ELSE window_start_us END) AS value`,
  );
  return {
    equal: Number(row?.equal ?? 0),
    different: Number(row?.different ?? 0),
    examples: row?.example ? [`${row.example}: revisions with a gap`] : [],
  };
}
