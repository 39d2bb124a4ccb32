import { addTotals, noTests, runNode, type Totals } from './run.ts';

/** Static checks, each one command; `npm test` counts each as one test. */
export interface StaticCheck {
  readonly name: string;
  readonly command: readonly string[];
}

const bin = (tool: string): string => `node_modules/.bin/${tool}`;

export const staticChecks: readonly StaticCheck[] = [
  {
    name: 'files are formatted',
    command: [bin('prettier'), '--check', '--log-level', 'warn', '.'],
  },
  { name: 'types agree', command: [bin('tsc'), '-b'] },
  {
    name: 'the page type-checks',
    command: [
      bin('svelte-check'),
      '--workspace',
      'services/watch-dashboard',
      '--tsconfig',
      './tsconfig.web.json',
      '--threshold',
      'error',
    ],
  },
  { name: 'lint rules hold', command: [bin('eslint'), '.', '--max-warnings', '0'] },
  {
    name: 'import rules hold',
    command: [
      bin('depcruise'),
      '--config',
      '.dependency-cruiser.cjs',
      'packages',
      'services',
      'schemas',
      'tools',
      'e2e',
      'bench',
    ],
  },
  {
    name: 'generated files are fresh',
    command: ['tools/generate.ts', '--check'],
  },
];

/** So many at once: each keeps one core busy. */
const JOBS = 2;

/** Run all checks; what one says is shown when it ends. */
export async function runChecks(): Promise<Totals> {
  const waiting = [...staticChecks];
  let totals = noTests;
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { name, command } = check;
      let said = '';
      const code = await runNode(command, process.env, (text) => (said += text));
      const hasPassed = code === 0;
      process.stdout.write(`${hasPassed ? '' : said}  ${hasPassed ? '✔' : '✖'} ${name}\n`);
      const one = hasPassed ? { passed: 1 } : { failed: 1, failures: [name] };
      totals = addTotals(totals, { ...noTests, ...one });
    }
  };
  await Promise.all(Array.from({ length: JOBS }, work));
  return totals;
}
