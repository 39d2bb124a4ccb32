import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import {
  cruise,
  type ICruiseOptions,
  type ICruiseResult,
  type IForbiddenRuleType,
} from 'dependency-cruiser';

/**
 * TL12: a rule that matches nothing passes in silence, so a small tree that breaks each import rule is cruised with the real
 * configuration, and every fixture must be reported by the rule that it breaks.
 */

interface Configuration {
  readonly forbidden: IForbiddenRuleType[];
  readonly options: ICruiseOptions & { readonly enhancedResolveOptions: object };
}
const { forbidden, options } = createRequire(import.meta.url)(
  join(process.cwd(), '.dependency-cruiser.cjs'),
) as Configuration;

/** rule -> file, and what it imports; each import alone breaks the rule. */
const breaking: readonly (readonly [rule: string, file: string, imports: string])[] = [
  ['IM1-domain', 'packages/domain/src/a.ts', 'node:fs'],
  ['IM1-domain', 'packages/domain/src/b.ts', '../../market/src/index.ts'],
  ['IM1-domain', 'packages/domain/src/c.ts', 'zod'],
  ['IM1-pure', 'packages/market/src/a.ts', 'node:fs'],
  ['IM1-pure', 'packages/ledger/src/a.ts', 'zod'],
  ['IM1-pure', 'packages/windows/src/a.ts', '../../stream/src/index.ts'],
  ['IM1-pure', 'packages/behaviour/src/a.ts', '../../../schemas/src/index.ts'],
  ['IM2-schemas', 'schemas/src/a.ts', '../../packages/stream/src/index.ts'],
  ['IM2-schemas', 'schemas/src/b.ts', 'zod'],
  ['IM2-stream', 'packages/stream/src/a.ts', '../../kafka/src/index.ts'],
  ['IM2-stream', 'packages/stream/src/b.ts', 'node:fs'],
  ['IM2-doors-apart', 'packages/postgres/src/a.ts', '../../redis/src/index.ts'],
  ['IM2-doors-apart', 'packages/bucket/src/a.ts', '../../postgres/src/index.ts'],
  ['IM2-doors-apart', 'packages/kafka/src/a.ts', '../../worker/src/index.ts'],
  ['IM3-door-kafkajs', 'services/derive-market/src/a.ts', 'kafkajs'],
  ['IM3-door-kafkajs', 'packages/stream/src/c.ts', 'avsc'],
  ['IM3-door-pg', 'services/serve-api/src/a.ts', 'pg'],
  ['IM3-door-pg', 'tools/a.ts', 'sequelize'],
  ['IM3-door-ioredis', 'services/serve-api/src/b.ts', 'ioredis'],
  ['IM3-door-aws-sdk', 'tools/b.ts', '@aws-sdk/client-s3'],
  ['IM3-door-winston', 'services/serve-api/src/c.ts', 'winston'],
  ['IM3-door-opentelemetry', 'packages/stream/src/d.ts', '@opentelemetry/api'],
  ['IM3-door-opentelemetry', 'packages/runtime/src/h.ts', '@opentelemetry/api'],
  ['IM3-door-jose', 'services/serve-live/src/a.ts', 'jose'],
  ['IM3-door-socket-io-client', 'services/watch-dashboard/src/a.ts', 'socket.io-client'],
  ['IM3-door-socket-io', 'services/serve-api/src/d.ts', 'socket.io'],
  ['IM3-door-express', 'services/serve-live/src/b.ts', 'express'],
  ['IM3-door-ws', 'services/connect-market/src/a.ts', 'ws'],
  ['IM4-services-apart', 'services/serve-api/src/e.ts', '../../serve-live/src/index.ts'],
  ['IM4-packages-below', 'packages/runtime/src/a.ts', '../../../services/serve-api/src/index.ts'],
  ['IM4-packages-below', 'packages/runtime/src/b.ts', '../../../tools/index.ts'],
  ['IM5-core', 'services/derive-market/src/core/a.ts', '../../../../packages/kafka/src/index.ts'],
  ['IM5-core', 'services/derive-market/src/core/b.ts', '../adapters/index.ts'],
  ['IM5-core', 'services/derive-market/src/core/c.ts', 'node:fs'],
  ['IM5-nothing-imports-main', 'services/serve-api/src/f.ts', './main.ts'],
  ['IM6-oracle', 'packages/oracle/src/a.ts', '../../ledger/src/index.ts'],
  ['IM6-simulator', 'packages/simulator/src/a.ts', '../../market/src/index.ts'],
  ['IM7-no-tests-in-src', 'packages/runtime/src/c.ts', '../test/index.ts'],
  ['IM7-no-tests-in-src', 'services/serve-api/src/g.ts', '../../../packages/testkit/src/index.ts'],
  ['IM8-no-cycles', 'packages/runtime/src/d.ts', './e.ts'],
  ['IM8-resolves', 'packages/runtime/src/f.ts', './gone.ts'],
  ['IM8-resolves', 'packages/runtime/src/g.ts', 'sealed/inside.js'],
];

/** Allowed by the same rules: none of these may be reported. */
const keeping: readonly (readonly [file: string, imports: string])[] = [
  ['packages/market/src/ok.ts', '../../domain/src/index.ts'],
  ['packages/stream/src/ok.ts', '../../../schemas/src/index.ts'],
  ['packages/kafka/src/ok.ts', 'kafkajs'],
  ['packages/runtime/src/span-export.ts', '@opentelemetry/api'],
  ['packages/kafka/test/ok.test.ts', 'kafkajs'],
  ['packages/bucket/src/ok.ts', '@aws-sdk/client-s3'],
  ['packages/postgres/src/ok.ts', '../../runtime/src/index.ts'],
  ['packages/worker/src/ok.ts', '../../kafka/src/index.ts'],
  ['packages/oracle/src/ok.ts', '../../domain/src/index.ts'],
  ['services/serve-api/src/ok.ts', 'express'],
  ['services/derive-market/src/core/ok.ts', '../../../../packages/market/src/index.ts'],
  ['services/derive-market/src/main.ts', '../../../packages/worker/src/index.ts'],
];

const libraries =
  'zod kafkajs avsc pg sequelize ioredis @aws-sdk/client-s3 winston @opentelemetry/api jose socket.io-client socket.io express ws sealed'.split(
    ' ',
  );

describe('import rules (TL12)', () => {
  let violations: { readonly rule: string; readonly from: string }[];
  let tree: string;

  before(async function () {
    this.timeout(60_000);
    tree = mkdtempSync(join(tmpdir(), 'gw-imports-'));
    for (const [path, text] of treeOf()) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    const folders = ['packages', 'services', 'schemas', 'tools'];
    const { output } = await cruise(
      folders,
      { ...options, tsConfig: {}, baseDir: tree, validate: true, ruleSet: { forbidden } },
      options.enhancedResolveOptions,
    );
    violations = (output as ICruiseResult).summary.violations.map(({ rule, from }) => ({
      rule: rule.name,
      from,
    }));
  });

  after(() => {
    rmSync(tree, { recursive: true, force: true });
  });

  for (const [rule, file, imports] of breaking) {
    it(`${rule} reports ${imports} in ${file}`, () => {
      expect(violations).to.deep.include({ rule, from: file });
    });
  }

  it('has a fixture for every rule', () => {
    const named = forbidden.map(({ name }) => name);
    expect([...new Set(breaking.map(([rule]) => rule))]).to.have.members(named as string[]);
  });

  it('lets pass what the rules allow', () => {
    const files = keeping.map(([file]) => file);
    expect(violations.filter(({ from }) => files.includes(from))).to.deep.equal([]);
  });
});

/** Files of the tree by path: the fixtures, an index for each package they name, and libraries that hold nothing. */
function* treeOf(): Generator<readonly [string, string]> {
  const packages =
    'domain market ledger windows behaviour stream kafka postgres redis worker runtime oracle simulator testkit';
  for (const name of packages.split(' ')) yield [`packages/${name}/src/index.ts`, 'export {};\n'];
  for (const file of [
    'schemas/src/index.ts',
    'tools/index.ts',
    'packages/runtime/test/index.ts',
    'services/serve-api/src/index.ts',
    'services/serve-api/src/main.ts',
    'services/serve-live/src/index.ts',
    'services/derive-market/src/adapters/index.ts',
  ]) {
    yield [file, 'export {};\n'];
  }
  yield ['packages/runtime/src/e.ts', "import './d.ts';\nexport const e = 1;\n"];
  for (const name of libraries) {
    yield [
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }),
    ];
    yield [`node_modules/${name}/index.js`, 'export const a = 1;\n'];
  }
  yield ['node_modules/sealed/inside.js', 'export const a = 1;\n'];
  for (const [, file, imports] of breaking) yield [file, `import '${imports}';\nexport {};\n`];
  for (const [file, imports] of keeping) yield [file, `import '${imports}';\nexport {};\n`];
}
