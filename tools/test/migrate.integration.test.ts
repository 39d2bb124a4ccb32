import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createDatabase, dropLane } from '@groundswell/postgres';
import { expect } from 'chai';

/** The program that hooks and the daily job of the chart run. */
describe('migrate', function () {
  this.timeout(60_000);
  const lane = `test-${randomBytes(5).toString('hex')}`;
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@groundswell/source', 'tools/migrate.ts', ...args],
      { encoding: 'utf8', env: { ...process.env, GW_LANE: lane, HISTORY_MONTHS: '', ...env } },
    );
    return { status, said: stdout + stderr };
  };
  const url = process.env['DATABASE_URL'] ?? '';
  const open = (name: string) =>
    createDatabase({ url, lane: name, applicationName: 'test', maxConnections: 1 });
  after(async () => {
    const database = open(lane);
    await dropLane(database);
    await database.close();
  });

  it('brings a lane up once, and says so', () => {
    expect(run(['--no-seed']).said).to.match(/ran 0001-processing, .*0010-redrive\n/);
    expect(run(['--no-seed'])).to.deep.include({ status: 0, said: `lane ${lane}: up to date\n` });
  });

  it('stops before it changes anything where a role is not there, and names it', async () => {
    const roles = { DATABASE_APP_ROLE: 'nobody_app', DATABASE_READER_ROLE: 'groundswell' };
    const other = { GW_LANE: `${lane}-other`, ...roles, DATABASE_BACKUP_ROLE: 'nobody_backup' };
    const { status, said } = run(['--no-seed'], other);
    expect(said).to.match(/^GW_BAD_CONFIG: .*\n.*has no role nobody_app, nobody_backup; nothing/);
    expect(status).to.equal(1);
    const database = open(other.GW_LANE);
    const found = await database.query('SELECT FROM pg_namespace WHERE nspname = $1', [
      database.schema,
    ]);
    await dropLane(database);
    await database.close();
    expect(found).to.deep.equal([]);
  });

  it('gives no role rights to dump where the others are not apart', () => {
    const { status, said } = run(['--no-seed'], { DATABASE_BACKUP_ROLE: 'groundswell' });
    expect(said).to.include('give DATABASE_APP_ROLE and DATABASE_READER_ROLE, too');
    expect(status).to.equal(1);
  });

  it('maintains the months of history, and drops none that nobody named', () => {
    const { status, said } = run(['--maintain']);
    expect({ status, said }).to.deep.equal({
      status: 0,
      said: `lane ${lane}: months of history are there; none dropped\n`,
    });
    expect(run(['--maintain'], { HISTORY_MONTHS: '13' }).said).to.equal(said);
  });

  it('refuses what it does not know, before it changes anything', () => {
    expect(run(['--maintian'])).to.include({ status: 2 });
    const { status, said } = run(['--maintain'], { HISTORY_MONTHS: '0' });
    expect(status).to.be.greaterThan(0);
    expect(said).to.include('HISTORY_MONTHS');
  });
});
