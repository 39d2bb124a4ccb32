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
