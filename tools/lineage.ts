/**
 * `tools/lineage.ts raise`: after a restore of Postgres, before anything is derived from it (docs/runbooks/disaster.md).
 * Reads DATABASE_URL and GW_LANE. Without `raise` it only shows the lineage.
 */
import { createDatabase } from '@groundswell/postgres';
import { fields, loadConfig } from '@groundswell/runtime';
import { raiseLineage } from './backup/raise-lineage.ts';

const { database: address, lane } = loadConfig(
  { database: fields.database, lane: fields.lane },
  process.env,
);
const database = createDatabase({
  ...address,
  lane,
  applicationName: 'lineage',
  maxConnections: 1,
});
const [command] = process.argv.slice(2);
if (command === 'raise') {
  const { before, after } = await raiseLineage(database, Date.now());
  process.stdout.write(`lane ${lane}: lineage raised from ${before} to ${after}\n`);
} else if (command === undefined) {
  const [row] = await database.query<{ value: string }>('SELECT value FROM lineage');
  process.stdout.write(`lane ${lane}: lineage ${row?.value}\n`);
} else {
  process.stderr.write('Usage: tools/lineage.ts [raise]\n');
  process.exitCode = 2;
}
await database.close();
