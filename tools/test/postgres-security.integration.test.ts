import { randomBytes } from 'node:crypto';
import { chownSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import {
  createDatabase,
  createRoles,
  grantRights,
  maintainHistory,
  migrate,
  missingRoles,
  tableRights,
  undecidedTables,
  type Database,
  type DatabaseOptions,
} from '@groundswell/postgres';
import { createMetrics, secretFile, secretText } from '@groundswell/runtime';
import { createPostgresFigures } from '../observability/postgres-figures.ts';
import { unprivilegedAccount } from '../platform/account.ts';
import { createPostgresPart } from '../platform/parts/postgres.ts';
import { PortPicker } from '../platform/ports.ts';
import { createAuthority } from './secured/certificates.ts';
import { runPart, type RunningPart } from './secured/run-part.ts';

/** S72 and S75 on a real Postgres with TLS. */

const LANE = 'rights';
const roles = {
  app: 'groundswell_app',
  reader: 'groundswell_reader',
  backup: 'groundswell_backup',
};
const MIGRATOR = 'groundswell_migrator';
const WATCH = 'groundswell_watch';

describe('Postgres with TLS and a role for each kind of work', function () {
  this.timeout(300_000);
  const authority = createAuthority('Groundswell test authority', Date.now());
  const stranger = createAuthority('Groundswell test authority', Date.now());
  const password = randomBytes(18).toString('base64url');
  const opened: Database[] = [];
  let running: RunningPart & { file(name: string, text: string): string };
  let port = 0;

  const open = (user: string, change: Partial<DatabaseOptions> = {}): Database => {
    const database = createDatabase({
      url: `postgresql://${user}@127.0.0.1:${port}/groundswell?sslmode=verify-full`,
      tls: { caFile: running.file('trusted.pem', authority.certificate) },
      password: secretText(user === 'groundswell' ? 'groundswell' : password),
      lane: LANE,
      applicationName: 'test',
      maxConnections: 2,
      ...change,
    });
    opened.push(database);
    return database;
  };
  const refusal = (database: Database, text: string): Promise<string> =>
    database.query(text).then(
      () => 'done',
      (thrown: unknown) =>
        String((thrown as { fields?: { sqlState?: string } }).fields?.sqlState ?? thrown),
    );

  /** What `watch-parts` would export, seen by a role. */
  const figures = async (user: string): Promise<{ text: string; oldest: number }> => {
    const metrics = createMetrics('test');
    await createPostgresFigures(metrics)(open(user, { readOnly: true }));
    const text = await metrics.text();
    const [, oldest] = /^groundswell_postgres_oldest\S* (\S+)$/m.exec(text) ?? [];
    expect(oldest, text).to.be.a('string');
    return { text, oldest: oldest === 'Nan' ? Number.NaN : Number(oldest) };
  };

  before('a server with a certificate, the roles, and a lane made by its migrator', async () => {
    port = await new PortPicker('free', []).pick(0);
    const account = unprivilegedAccount();
    running = await runPart((context, file) => {
      const { certificate, key } = authority.issue(['127.0.0.1']);
      const files = {
        ssl_cert_file: file('pg.pem', certificate),
        ssl_key_file: file('pg.key', key),
      };
      for (const path of Object.values(files)) {
        if (account !== undefined) chownSync(path, account.uid, account.gid);
      }
      return createPostgresPart(context, port, { ssl: 'on', ...files });
    });
    await createRoles(open('groundswell'), [
      { name: MIGRATOR, password, createsSchemas: true },
      { name: roles.app, password },
      { name: roles.reader, password },
      { name: roles.backup, password },
      { name: WATCH, password, seesStatistics: true },
    ]);
    const migrator = open(MIGRATOR);
    await migrate(migrator, Date.now());
    await grantRights(migrator, roles);
  });
  after(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await running.stop();
  });

  describe('trust', () => {
    const untrusted = { code: 'GW_UNTRUSTED_PEER', retriable: false };
    const error = (change: Partial<DatabaseOptions>): Promise<unknown> =>
      open(roles.reader, change)
        .ping()
        .catch((thrown: unknown) => thrown);

    it('is given to a server whose certificate our authority signed, and the connection is encrypted', async () => {
      const [row] = await open(roles.reader).query<{ ssl: boolean }>(
        'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      );
      expect(row).to.deep.equal({ ssl: true });
    });

    it('is refused to one that another authority signed, and to one that nobody named', async () => {
      const tls = { caFile: running.file('stranger.pem', stranger.certificate) };
      expect(await error({ tls })).to.include(untrusted);
      expect(await error({ tls: {} })).to.include(untrusted);
    });

    it('is refused to one with another name', async () => {
      const url = `postgresql://${roles.reader}@localhost:${port}/groundswell?sslmode=verify-full`;
      expect(await error({ url })).to.include(untrusted);
    });

    it('is not given by the server to a wrong password; a rotated one counts from the next connection on', async () => {
      const file = running.file('password', 'wrong');
      const database = open(roles.reader, { password: secretFile(file) });
      expect(await refusal(database, 'SELECT 1')).to.equal('28P01');
      writeFileSync(file, `${password}\n`);
      expect(await refusal(database, 'SELECT 1')).to.equal('done');
    });
  });

  describe('rights', () => {
    const OPERATIONS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'] as const;

    it('are decided for every table that the migrations make', async () => {
      expect(await undecidedTables(open(MIGRATOR))).to.deep.equal([]);
    });

    for (const role of ['app', 'reader'] as const) {
      it(`of the ${role} are those of the table, operation by operation`, async () => {
        const rows = await open(MIGRATOR).query<{ name: string; operation: string }>(
          `SELECT c.relname AS name, o AS operation FROM pg_class c, unnest($2::text[]) AS o
           WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v')
             AND has_table_privilege($1, c.oid, o) ORDER BY 1, 2`,
          [roles[role], OPERATIONS],
        );
        const wanted = Object.entries(tableRights).flatMap(([name, rights]) => {
          const whole = (rights[role] ?? '').replace(/\w+ \([^)]*\)/g, '');
          return OPERATIONS.filter((operation) => whole.includes(operation)).map(
            (operation) => `${name} ${operation}`,
          );
        });
        const found = rows.map(({ name, operation }) => `${name} ${operation}`);
        expect(found.sort()).to.deep.equal(wanted.sort());
      });
    }

    it('let the application change and delete no fact', async () => {
      const app = open(roles.app);
      for (const table of ['feature_history', 'journal', 'dead_letter', 'late_record', 'account']) {
        expect(await refusal(app, `DELETE FROM ${table}`), table).to.equal('42501');
        expect(await refusal(app, `TRUNCATE ${table}`), table).to.equal('42501');
      }
      expect(await refusal(app, "UPDATE journal SET body = ''")).to.equal('42501');
      expect(await refusal(app, 'UPDATE journal SET known_at_us = 1')).to.equal('done');
      expect(await refusal(app, 'UPDATE lineage SET value = 2')).to.equal('42501');
      const [partition] = await open(MIGRATOR).query<{ name: string }>(
        "SELECT relname AS name FROM pg_class WHERE relname ~ '^feature_history_2' LIMIT 1",
      );
      expect(await refusal(app, `DELETE FROM ${partition?.name ?? ''}`)).to.equal('42501');
    });

    it('let the one who dumps read every table, partition and sequence, and do nothing else with them', async () => {
      const asked = [...OPERATIONS, 'REFERENCES', 'USAGE'];
      const held = await open(MIGRATOR).query<{ name: string; held: string }>(
        `SELECT c.relname AS name, coalesce(string_agg(o, ' ' ORDER BY o), '') AS held
         FROM pg_class c LEFT JOIN unnest($2::text[]) AS o ON CASE
           WHEN relkind = 'S' THEN o IN ('SELECT', 'UPDATE', 'USAGE') AND has_sequence_privilege($1, c.oid, o)
           WHEN o IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege($1, c.oid, o)
           ELSE o <> 'USAGE' AND has_table_privilege($1, c.oid, o) END
         WHERE relnamespace = current_schema()::regnamespace AND relkind NOT IN ('i', 'I', 'c') GROUP BY 1`,
        [roles.backup, asked],
      );
      const names = held.map(({ name }) => name);
      expect(names).to.include.members([
        ...Object.keys(tableRights),
        ...['migration', 'feature_history_default', 'outbox_id_seq', 'operator_action_id_seq'],
      ]);
      expect(held.filter((one) => one.held !== 'SELECT')).to.deep.equal([]);
      const backup = open(roles.backup);
      for (const name of names) {
        expect(await refusal(backup, `SELECT * FROM ${name} LIMIT 1`), name).to.equal('done');
      }
      for (const text of [
        "INSERT INTO floor (grp, value_us) VALUES ('g', 0)",
        'UPDATE lineage SET value = value + 1',
        'DELETE FROM migration',
        'TRUNCATE state',
        'SELECT 1 FROM floor FOR SHARE',
        "SELECT nextval('outbox_id_seq')",
        "SELECT setval('outbox_id_seq', 1)",
        "SELECT drop_history_before('2030-01-01')",
      ]) {
        expect(await refusal(backup, text), text).to.equal('42501');
      }
    });

    it('let the one who dumps read the months that the daily job makes, and nobody write them past their parent', async () => {
      const migrator = open(MIGRATOR);
      // No grant comes after it, as in the cluster: the job only maintains.
      await maintainHistory(migrator, { nowMs: Date.UTC(2031, 4, 15), keptMonths: null });
      const backup = open(roles.backup);
      const everybody = [backup, open(roles.app), open(roles.reader)];
      for (const month of ['2031_05', '2031_06', '2031_07']) {
        const name = `feature_history_${month}`;
        expect(await refusal(backup, `SELECT * FROM ${name}`), name).to.equal('done');
        for (const database of everybody) {
          for (const text of [`INSERT INTO ${name} DEFAULT VALUES`, `DELETE FROM ${name}`]) {
            expect(await refusal(database, text), text).to.equal('42501');
          }
        }
      }
    });

    it('are asked for by roles that are there', async () => {
      const migrator = open(MIGRATOR);
      expect(await missingRoles(migrator, roles)).to.deep.equal([]);
      const { app, reader } = roles;
      expect(await missingRoles(migrator, { app, reader })).to.deep.equal([]);
      const nobody = { app, reader, backup: 'groundswell_dump' };
      expect(await missingRoles(migrator, nobody)).to.deep.equal(['groundswell_dump']);
    });

    it('let the application write what it derives', async () => {
      const app = open(roles.app);
      const statements = [
        "INSERT INTO seen (grp, event_id, task, first_offset, event_time_us) VALUES ('g', 'e', 0, 0, 0)",
        "DELETE FROM seen WHERE grp = 'g'",
        `INSERT INTO outbox (grp, task, topic, key, event_id, value_key, lineage, ver, payload, payload_hash)
         VALUES ('g', 0, 't', '', 'e', 'v', 1, 1, '', '')`,
        "INSERT INTO floor (grp, value_us) VALUES ('g', 0) ON CONFLICT DO NOTHING",
        "SELECT value_us FROM floor WHERE grp = 'g' FOR SHARE",
        "INSERT INTO investor (key) VALUES ('v1:k') ON CONFLICT (key) DO NOTHING",
      ];
      for (const text of statements) expect(await refusal(app, text), text).to.equal('done');
    });

    it('let a reader change nothing and see neither received bytes nor who has which account', async () => {
      const reader = open(roles.reader);
      expect(await refusal(reader, 'SELECT reason, count(*) FROM dead_letter GROUP BY 1')).to.equal(
        'done',
      );
      for (const text of [
        'SELECT record_value FROM dead_letter',
        'SELECT * FROM account',
        'SELECT * FROM state',
        "INSERT INTO source (id, kind, delivery, title) VALUES ('x', 'market', 'exact', 'x')",
        'DELETE FROM latest_record',
      ]) {
        expect(await refusal(reader, text), text).to.equal('42501');
      }
    });

    it('let the one who watches see what every session does, and no table', async () => {
      const app = open(roles.app);
      await app.transaction(async (tx) => {
        await tx.query('SELECT 1 FROM seen LIMIT 1');
        await pause(1_100);
        expect((await figures(WATCH)).oldest).to.be.greaterThan(1);
      });
      expect((await figures(WATCH)).text).not.to.include('state="hidden"');
      const reachable = await open(MIGRATOR).query(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_' AND has_schema_privilege($1, oid, 'USAGE, CREATE')",
        [WATCH],
      );
      expect(reachable).to.deep.equal([]);
    });

    it('say what a role may not see instead of calling it nothing', async () => {
      const { text, oldest } = await figures(roles.reader);
      expect(text).to.include('state="hidden"');
      expect(oldest).to.be.NaN;
    });

    it('let nobody but the migrator make or change tables', async () => {
      for (const role of Object.values(roles)) {
        const database = open(role);
        for (const text of [
          'CREATE TABLE mine (a int)',
          'ALTER TABLE checkpoint DROP CONSTRAINT conservation',
          'DROP TABLE state',
          'CREATE SCHEMA mine',
          'CREATE TABLE public.mine (a int)',
          "SELECT ensure_history_month('2030-01-01')",
          'ALTER TABLE feature_history DISABLE TRIGGER ALL',
          `SET ROLE ${MIGRATOR}`,
        ]) {
          expect(await refusal(database, text), `${role}: ${text}`).to.equal('42501');
        }
      }
      expect(await refusal(open(MIGRATOR), 'CREATE ROLE another')).to.equal('42501');
    });

    it('stay as a newer release gave them when an older one migrates again', async () => {
      const migrator = open(MIGRATOR);
      for (const text of [
        "INSERT INTO migration (name) VALUES ('9999-later')",
        'CREATE TABLE later (a int)',
        `GRANT INSERT ON later TO ${roles.app}`,
      ]) {
        await migrator.query(text);
      }
      expect(await migrate(migrator, Date.now())).to.deep.equal([]);
      expect(await grantRights(migrator, roles)).to.deep.equal(['9999-later']);
      expect(await refusal(open(roles.app), 'INSERT INTO later VALUES (1)')).to.equal('done');
      expect(await refusal(open(roles.backup), 'SELECT * FROM later')).to.equal('done');
      // What the older one brings itself, a new table, is for its pods at once.
      await migrator.query(`REVOKE ALL ON seen FROM ${roles.app}`);
      expect(await refusal(open(roles.app), 'DELETE FROM seen')).to.equal('42501');
      await grantRights(migrator, roles);
      expect(await refusal(open(roles.app), 'DELETE FROM seen')).to.equal('done');
      await migrator.query("DELETE FROM migration WHERE name = '9999-later'");
      expect(await grantRights(migrator, roles)).to.deep.equal([]);
      expect(await refusal(open(roles.app), 'INSERT INTO later VALUES (1)')).to.equal('42501');
      expect(await refusal(open(roles.backup), 'SELECT * FROM later')).to.equal('done');
      await migrator.query('DROP TABLE later');
    });

    it('are the same after everything was done once more', async () => {
      const migrator = open(MIGRATOR);
      for (const text of [
        `GRANT INSERT ON floor TO ${roles.backup}`,
        `ALTER DEFAULT PRIVILEGES IN SCHEMA ${migrator.schema} GRANT INSERT ON TABLES TO ${roles.backup}`,
      ]) {
        await migrator.query(text);
      }
      await migrate(migrator, Date.now());
      await grantRights(migrator, roles);
      await createRoles(open('groundswell'), [{ name: roles.app, password }]);
      const more = "INSERT INTO floor (grp, value_us) VALUES ('more', 0)";
      expect(await refusal(open(roles.backup), more)).to.equal('42501');
      const later = await migrator.query<{ kind: string; held: string }>(
        `SELECT defaclobjtype AS kind, string_agg(privilege_type, ' ') AS held FROM pg_default_acl, aclexplode(defaclacl)
         WHERE grantee = $1::regrole GROUP BY 1 ORDER BY 1`,
        [roles.backup],
      );
      expect(later).to.deep.equal([
        { kind: 'S', held: 'SELECT' },
        { kind: 'r', held: 'SELECT' },
      ]);
      expect(await refusal(open(roles.app), 'SELECT count(*) FROM feature_history')).to.equal(
        'done',
      );
    });
  });
});
