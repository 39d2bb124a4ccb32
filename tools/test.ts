/**
 * `npm test`: static checks, unit tests, integration tests on the real parts, end-to-end tests. Starts what it needs on free ports and
 * stops it. Ends with one line of true totals and exits non-zero on any failure.
 *
 * `npm test -- checks unit mutants integration e2e`: only the named stages. `npm test -- integration <file.ts> …`: only these files of
 * them. `--help` lists the stages.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMutants } from './mutants/run.ts';
import { startPlatform } from './platform/index.ts';
import { runChecks } from './testing/checks.ts';
import { addTotals, noTests, runMocha, type Totals } from './testing/run.ts';

const stages = ['checks', 'unit', 'mutants', 'integration', 'e2e'] as const;
type Stage = (typeof stages)[number];

/** Tests wait more than they work: for brokers that come and go, for time-outs. Those of the whole platform measure time and stay alone. */
const JOBS = 2;
/** Pages in a browser before a gateway that the test plays: they need no platform. A browser fills two cores by itself. */
const PAGES = 'services/watch-dashboard/test/e2e/*.e2e.test.ts';
const isPage = (file: string): boolean => file.startsWith('services/watch-dashboard/test/e2e/');
const roots = ['schemas', 'packages/*', 'services/*', 'tools', 'e2e', 'bench', 'load-tests'];
const words = process.argv.slice(2);
const files = words.filter((word) => word.endsWith('.ts'));
const wanted = words.filter((word) => !word.endsWith('.ts'));
const specs = (suffix: string): string[] =>
  files.length > 0
    ? files.filter((file) => /(\.(integration|e2e))?\.test(?=\.ts$)/.exec(file)?.[0] === suffix)
    : roots.map((root) => `${root}/test/**/*${suffix}.ts`);

if (wanted.includes('--help')) {
  process.stdout.write(
    `npm test [-- ${stages.join(' ')} [file.test.ts ...]]: run all stages, or only the named ones, or only these files of them\n`,
  );
  process.exit(0);
}
const unknown = wanted.filter((word) => !(stages as readonly string[]).includes(word));
if (unknown.length > 0) {
  process.stderr.write(`unknown stage ${unknown.join(', ')}; there are ${stages.join(', ')}\n`);
  process.exit(2);
}

const run: Readonly<Record<Stage, () => Promise<Totals>>> = {
  checks: runChecks,
  unit: () =>
    runMocha(
      specs('.test'),
      { ignore: ['**/*.integration.test.ts', '**/*.e2e.test.ts'], timeoutMs: 10_000, jobs: JOBS },
      process.env,
    ),
  mutants: runMutants,
  integration: () =>
    withPlatform(specs('.integration.test'), (env) =>
      runMocha(specs('.integration.test'), { timeoutMs: 90_000, jobs: JOBS }, env),
    ),
  async e2e() {
    const wantedPages = files.length > 0 ? specs('.e2e.test').filter(isPage) : [PAGES];
    const wholes = specs('.e2e.test').filter((spec) => !isPage(spec));
    const ofPages = await runMocha(wantedPages, { timeoutMs: 300_000 }, process.env);
    const ofWholes = await withPlatform(wholes, (env) =>
      runMocha(wholes, { ignore: [PAGES], timeoutMs: 300_000 }, env),
    );
    return addTotals(ofPages, ofWholes);
  },
};

/** Real Kafka, registry, Postgres and Redis in a folder of their own, gone afterwards; not started where nothing wants them. */
async function withPlatform(
  wantedSpecs: readonly string[],
  body: (env: NodeJS.ProcessEnv) => Promise<Totals>,
): Promise<Totals> {
  if (wantedSpecs.length === 0) return noTests;
  const stateDir = mkdtempSync(join(tmpdir(), 'gw-platform-'));
  const platform = await startPlatform({ stateDir, ports: 'free', env: process.env });
  const end = async (): Promise<void> => {
    await platform.stop();
    rmSync(stateDir, { recursive: true, force: true });
  };
  try {
    return await body({
      ...process.env,
      KAFKA_BROKERS: platform.kafkaBrokers,
      SCHEMA_REGISTRY_URL: platform.schemaRegistryUrl,
      DATABASE_URL: platform.databaseUrl,
      REDIS_URL: platform.redisUrl,
    });
  } finally {
    await end();
  }
}

let totals = noTests;
const rows: string[] = [];
for (const stage of stages) {
  if (wanted.length > 0 && !wanted.includes(stage)) continue;
  process.stdout.write(`\n== ${stage} ==\n`);
  const began = performance.now();
  let stageTotals: Totals;
  try {
    stageTotals = await run[stage]();
  } catch (thrown) {
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    process.stderr.write(`${stage} could not run: ${reason}\n`);
    stageTotals = { ...noTests, failed: 1, failures: [`${stage} could not run`] };
  }
  totals = addTotals(totals, stageTotals);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  rows.push(
    `${stage.padEnd(12)} ${stageTotals.passed} passed, ${stageTotals.failed} failed, ${stageTotals.skipped} skipped in ${seconds} s`,
  );
}
process.stdout.write(`\n${rows.join('\n')}\n\n`);
for (const failure of totals.failures) process.stdout.write(`failed: ${failure}\n`);
process.stdout.write(
  `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`,
);
process.exit(totals.failed === 0 ? 0 : 1);
