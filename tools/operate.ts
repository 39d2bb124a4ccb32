/**
 * What a person may do to the state of a lane by hand, each with an audit row in `operator_action` (docs/runbooks/disaster.md). Reads
 * DATABASE_URL (of the owner, as `migrate`) and GW_LANE. In a cluster: docs/deploy.md, "By hand".
 *
 * Exit code: 0 done, or shown; 1 it could not be done; 2 wrong use.
 */
import { Command } from 'commander';
import { GroundswellError } from '@groundswell/domain';
import { createDatabase, type Database } from '@groundswell/postgres';
import { fields, loadConfig } from '@groundswell/runtime';
import { count, instant, offset, partitionNumber, words } from './operate/arguments.ts';
import { deadLettersText, type LetterFilter } from './operate/dead-letters.ts';
import { movePosition, tryMove, type Move } from './operate/move-position.ts';
import { positionsText, readPositions } from './operate/positions.ts';
import { raiseLineage } from './operate/raise-lineage.ts';
import { runRedrive, type RedriveFlags } from './operate/run-redrive.ts';

type MoveFlags = Omit<Move, 'operator'> & { readonly by: string; readonly yes?: true };

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function move(database: Database, { yes, by, ...flags }: MoveFlags): Promise<void> {
  const wanted: Move = { ...flags, operator: by };
  if (wanted.to === wanted.from) command.error('--to is where it stands already', { exitCode: 2 });
  const { tasks, skipped, repeated, lineage } =
    yes === true
      ? await movePosition(database, wanted, Date.now())
      : await tryMove(database, wanted);
  const where = `${wanted.group}, ${wanted.topic}/${wanted.partition}, task ${tasks.join(', ')}`;
  say(`${where}: ${wanted.from} -> ${wanted.to}`);
  if (skipped > 0n)
    say(`${skipped} offsets skipped, counted dead for ever, also after a move back`);
  if (repeated > 0n) say(`${repeated} offsets decided again; what was seen of them counts deduped`);
  if (lineage !== null) say(`lineage raised to ${lineage}`);
  if (yes !== true) say('Nothing was changed. Stop the service, then say it again with --yes.');
}

/** Opens the lane, does one thing, and closes it. */
const withLane =
  <Flags>(work: (database: Database, flags: Flags, lane: string) => Promise<void>) =>
  async (flags: Flags): Promise<void> => {
    const { database: address, lane } = loadConfig(
      { database: fields.database, lane: fields.lane },
      process.env,
    );
    const database = createDatabase({
      ...address,
      lane,
      applicationName: 'operate',
      maxConnections: 1,
    });
    try {
      await work(database, flags, lane);
    } finally {
      await database.close();
    }
  };

const command = new Command('operate')
  .description('What a person may do to the state of a lane by hand (DATABASE_URL, GW_LANE)')
  .exitOverride((thrown) => process.exit(thrown.exitCode === 0 ? 0 : 2));
command
  .command('positions')
  .description('where every task stands, and how its records were decided')
  .option('--group <name>', 'only of this group')
  .action(
    withLane<{ readonly group?: string }>(async (database, { group }) => {
      say(positionsText(await readPositions(database, group)));
    }),
  );
command
  .command('move')
  .description('move the position of a task; without --yes it only says what would happen')
  .requiredOption('--group <name>', 'consumer group, for example derive-market')
  .requiredOption('--topic <name>', 'topic as `positions` prints it')
  .requiredOption('--partition <n>', 'partition', partitionNumber)
  .requiredOption(
    '--from <offset>',
    'where it stands now; any other position is left alone',
    offset,
  )
  .requiredOption('--to <offset>', 'first offset to be decided next', offset)
  .requiredOption('--by <name>', 'who you are, for the audit row', words)
  .requiredOption('--reason <text>', 'why, for the audit row', words)
  .option('--yes', 'do it')
  .action(withLane<MoveFlags>(move));
const filters = (it: Command): Command =>
  it
    .option('--stage <name>', 'only what died in this stage, for example DECODE')
    .option('--refused-for <reason>', 'only what died for this reason')
    .option('--before <instant>', 'only what died before, ISO 8601', instant);
filters(
  command
    .command('dead-letters')
    .description('dead letters by kind: how many wait, how many were sent again')
    .option('--group <name>', 'only of this group')
    .option('--topic <name>', 'only of this topic'),
).action(
  withLane<LetterFilter>(async (database, filter) => say(await deadLettersText(database, filter))),
);
filters(
  command
    .command('redrive')
    .description(
      'after a fix: send dead letters to their topic again, the first alone, then up to 10 at a time, each lot decided before the next; ' +
        'stops as soon as one dies again. Needs KAFKA_BROKERS. Without --yes it only says what would be sent',
    )
    .requiredOption('--group <name>', 'group that refused them and decides again')
    .requiredOption('--topic <name>', 'topic as `dead-letters` prints it'),
)
  .option('--limit <n>', 'most that are sent', count, Number.MAX_SAFE_INTEGER)
  .option('--per-second <n>', 'at most so many a second', count, 50)
  .option('--wait-seconds <n>', 'for the group to decide each lot', count, 60)
  .requiredOption('--by <name>', 'who you are, for the audit row', words)
  .requiredOption('--reason <text>', 'why, for the audit row', words)
  .option('--yes', 'do it')
  .action(
    withLane<RedriveFlags>(async (database, flags, lane) => {
      if (!(await runRedrive(database, lane, flags, say))) process.exitCode = 1;
    }),
  );
const lineage = command.command('lineage').description('the lineage of the lane');
lineage.command('show', { isDefault: true }).action(
  withLane(async (database, _flags, lane) => {
    const [row] = await database.query<{ value: string }>('SELECT value FROM lineage');
    say(`lane ${lane}: lineage ${row?.value}`);
  }),
);
lineage
  .command('raise')
  .description('after a restore, before anything is derived from it')
  .requiredOption('--by <name>', 'who you are, for the audit row', words)
  .requiredOption('--reason <text>', 'why, for the audit row', words)
  .action(
    withLane<{ readonly by: string; readonly reason: string }>(async (database, flags, lane) => {
      const { by: operator, reason } = flags;
      const { before, after } = await raiseLineage(database, Date.now(), { operator, reason });
      say(`lane ${lane}: lineage raised from ${before} to ${after}`);
    }),
  );

try {
  await command.parseAsync();
} catch (thrown) {
  if (!(thrown instanceof GroundswellError)) throw thrown;
  process.stderr.write(`${thrown.message} (${thrown.code})\n`);
  process.exitCode = 1;
}
