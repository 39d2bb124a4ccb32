import { expect } from 'chai';
import { maintainHistory, type Database } from '../src/index.ts';
import { openTestLane } from './lane.ts';

const DAY_US = 86_400_000_000;
/** The lane was migrated in January, so months are there until March. */
const JANUARY_MS = Date.UTC(2026, 0, 15);

describe('months of history', () => {
  let database: Database;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ database, close } = await openTestLane());
  });
  afterEach(() => close());

  const write = (entity: string, windowStartUs: number): Promise<unknown> =>
    database.query(
      `INSERT INTO feature_history (entity, feature_set, window_size_ms, window_start_us, window_end_us, lineage, revision, status,
         n, late_count, watermark_us, known_at_us, cause, record)
       VALUES ($1, 'market.bar', 60000, $2, $2, 1, 1, 'FINAL', 1, 0, 0, 0, 'EVENT', '{}')`,
      [entity, windowStartUs],
    );
  /** Entities by the partition that holds them. */
  const places = async (): Promise<Readonly<Record<string, string>>> => {
    const rows = await database.query<{ entity: string; place: string }>(
      'SELECT entity, tableoid::regclass::text AS place FROM feature_history',
    );
    return Object.fromEntries(rows.map(({ entity, place }) => [entity, place]));
  };
  const months = async (): Promise<readonly string[]> =>
    (
      await database.query<{ name: string }>(
        String.raw`SELECT relname AS name FROM pg_class WHERE relname ~ '^feature_history_\d'
          AND relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY 1`,
      )
    ).map(({ name }) => name.slice(-7));
  const may = Date.UTC(2026, 4, 31, 23, 59);
  const mayUs = Date.UTC(2026, 4, 3) * 1000;

  it('are made ahead, also when their values came before them, and nothing is lost or changeable on the way', async () => {
    await write('late', mayUs);
    await write('earlier', mayUs - 3 * DAY_US);
    await write('windowless', 0);
    expect((await places())['late']).to.equal('feature_history_default');
    expect(await maintainHistory(database, { nowMs: may, keptMonths: null })).to.deep.equal([]);
    expect(await months()).to.deep.equal([
      ...['2026_01', '2026_02', '2026_03'],
      ...['2026_05', '2026_06', '2026_07'],
    ]);
    expect(await places()).to.deep.equal({
      late: 'feature_history_2026_05',
      earlier: 'feature_history_default',
      windowless: 'feature_history_default',
    });
    for (const entity of ['late', 'earlier']) {
      const change = database.query('DELETE FROM feature_history WHERE entity = $1', [entity]);
      expect(await change.catch((thrown: unknown) => thrown)).to.include({
        code: 'GW_POSTGRES_REFUSED',
      });
    }
    await maintainHistory(database, { nowMs: may, keptMonths: null });
    expect(Object.keys(await places())).to.have.length(3);
  });

  it('go whole when nobody keeps them, the oldest first; what has no window stays', async () => {
    await write('january', JANUARY_MS * 1000);
    await write('march', Date.UTC(2026, 2, 1) * 1000);
    await write('windowless', 0);
    const dropped = await maintainHistory(database, { nowMs: may, keptMonths: 2 });
    expect(dropped).to.deep.equal(['feature_history_2026_01', 'feature_history_2026_02']);
    expect(Object.keys(await places())).to.have.members(['march', 'windowless']);
    expect(await maintainHistory(database, { nowMs: may, keptMonths: 2 })).to.deep.equal([]);
  });

  it('wait for a reader a little, then leave everything as it was', async function () {
    this.timeout(20_000);
    await database.transaction(async (tx) => {
      await tx.query('SELECT count(*) FROM feature_history');
      const error = await maintainHistory(database, { nowMs: may, keptMonths: 0 }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.include({ code: 'GW_POSTGRES_UNAVAILABLE', retriable: true });
    });
    expect(await months()).to.deep.equal(['2026_01', '2026_02', '2026_03']);
  });
});
