/**
 * `npm run coverage`: how much of the sources the unit tests run, by compiled output (TL9, TL10): stale `dist` folders are removed,
 * everything is built, and c8 maps what ran back to the sources. Prints one line per folder; details are in coverage/index.html.
 *
 * Exit code: 0; 1 when a build or test fails, or when a group is below its floor.
 */
import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatTable } from './platform/table.ts';
import { runNode } from './testing/run.ts';

interface Counter {
  readonly total: number;
  readonly covered: number;
}
type Summary = Readonly<Record<string, { readonly lines: Counter; readonly branches: Counter }>>;

interface Group {
  readonly name: string;
  readonly holds: (file: string) => boolean;
  /** Least share of lines and branches that unit tests must run, percent. Raise them, never lower them. */
  readonly floor: { readonly lines: number; readonly branches: number };
}

const PURE =
  /^packages\/(domain|windows|ledger|market|behaviour|sentiment|symbology|mood)\/|^services\/[^/]+\/src\/(core|steps)\//;

/** What integration tests alone can run (doors, adapters, stores) keeps the second floor low: this is about unit tests. */
const groups: readonly Group[] = [
  { name: 'pure code', holds: (file) => PURE.test(file), floor: { lines: 88, branches: 93 } },
  { name: 'the rest', holds: (file) => !PURE.test(file), floor: { lines: 57, branches: 85 } },
];

async function main(): Promise<number> {
  const projects = '{schemas,packages/*,services/*}';
  for (const dist of globSync(`${projects}/dist`)) rmSync(dist, { recursive: true, force: true });
  const build = ['node_modules/.bin/tsc', '-b', ...globSync(`${projects}/tsconfig{,.test}.json`)];
  if ((await runNode(build, process.env)) !== 0) return 1;
  copyFixtures(projects);
  // The compiled tests must load compiled packages, so they run without the condition that names the sources.
  const tests = ['node_modules/mocha/bin/mocha.js', '--config', '.mocharc.dist.json'];
  const run = [...tests, '--reporter', 'dot', '--exit'];
  const failed = await runNode(['node_modules/.bin/c8', process.execPath, ...run], process.env);
  return print() && failed === 0 ? 0 : 1;
}

/** Tests read fixtures and style sheets beside themselves; the compiler copies none. */
function copyFixtures(projects: string): void {
  for (const file of globSync(`${projects}/{src,test}/**/*.*`)) {
    if (/\/(dist|node_modules)\/|\.ts$/.test(file) || !statSync(file).isFile()) continue;
    const depth = file.startsWith('schemas/') ? 1 : 2;
    const parts = file.split(path.sep);
    const copy = path.join(...parts.slice(0, depth), 'dist', ...parts.slice(depth));
    mkdirSync(path.dirname(copy), { recursive: true });
    writeFileSync(copy, readFileSync(file));
  }
}

/** Prints shares by folder and group. @returns whether every group is at or above its floor */
function print(): boolean {
  const text = readFileSync('coverage/coverage-summary.json', 'utf8');
  const files = Object.entries(JSON.parse(text) as Summary)
    .filter(([file]) => file !== 'total')
    .map(([file, shares]) => ({ file: path.relative(process.cwd(), file), shares }));
  const share = (of: typeof files, kind: 'lines' | 'branches'): number => {
    const sum = (field: keyof Counter): number =>
      of.reduce((total, { shares }) => total + shares[kind][field], 0);
    return sum('total') === 0 ? 100 : (100 * sum('covered')) / sum('total');
  };
  const line = (name: string, of: typeof files): string[] => [
    name,
    String(of.length),
    `${share(of, 'lines').toFixed(1)} %`,
    `${share(of, 'branches').toFixed(1)} %`,
  ];
  const folderOf = (file: string): string => /^(schemas|[^/]+\/[^/]+)/.exec(file)?.[0] ?? file;
  const folders = [...new Set(files.map(({ file }) => folderOf(file)))].sort();
  const rows = folders.map((folder) =>
    line(
      folder,
      files.filter(({ file }) => folderOf(file) === folder),
    ),
  );
  let held = true;
  for (const { name, holds, floor } of groups) {
    const of = files.filter(({ file }) => holds(file));
    rows.push(line(name, of));
    held &&= share(of, 'lines') >= floor.lines && share(of, 'branches') >= floor.branches;
  }
  rows.push(line('all', files));
  process.stdout.write(`\n${formatTable(['unit tests run', 'files', 'lines', 'branches'], rows)}`);
  if (!held) process.stdout.write('A group is below its floor (tools/coverage.ts).\n');
  return held;
}

process.exitCode = await main();
