// The import rules IM1 to IM8 of the house style, as allow-lists: what is not named is refused.
const L1 = 'windows|ledger|market|behaviour|mood|sentiment|symbology';
const doors = {
  'kafkajs|@kafkajs|avsc|kafkajs-snappy': '^packages/kafka/',
  'pg|sequelize|umzug': '^packages/postgres/',
  ioredis: '^packages/redis/',
  '@aws-sdk|@smithy': '^packages/bucket/',
  'winston|prom-client': '^packages/runtime/',
  // One file, which is imported only where there is somewhere to export to.
  '@opentelemetry': '^packages/runtime/src/span-export\\.ts$',
  jose: '^packages/auth/',
  'socket\\.io-client': '^packages/client/',
  'socket\\.io': '^services/serve-live/',
  express: '^services/(serve-api|connect-brokerage)/',
  ws: '^packages/(connector|simulator)/',
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'IM1-domain',
      comment: 'domain imports nothing',
      severity: 'error',
      from: { path: '^packages/domain/src' },
      to: { pathNot: '^packages/domain/src' },
    },
    {
      name: 'IM1-pure',
      comment:
        'pure packages import domain and pure packages only; one file hashes texts with node:crypto',
      severity: 'error',
      from: { path: `^packages/(${L1})/src`, pathNot: '^packages/symbology/src/text-hash\\.ts$' },
      to: { pathNot: `^packages/(domain|${L1})/src` },
    },
    {
      name: 'IM2-schemas',
      severity: 'error',
      from: { path: '^schemas/src' },
      to: { pathNot: '^(schemas/src|packages/domain/src)|^(node:)?buffer$' },
    },
    {
      name: 'IM2-stream',
      severity: 'error',
      from: { path: '^packages/stream/src' },
      to: { pathNot: `^(packages/(stream|domain|${L1})/src|schemas/src)|^(node:)?crypto$` },
    },
    {
      name: 'IM2-doors-apart',
      comment: 'packages that open a door do not import each other, except runtime',
      severity: 'error',
      from: { path: '^packages/(kafka|postgres|redis|bucket|connector|auth|client)/src' },
      to: {
        path: '^packages/(kafka|postgres|redis|bucket|connector|auth|client|worker)/src',
        pathNot: '^packages/$1/src',
      },
    },
    ...Object.entries(doors).map(([library, door]) => ({
      name: `IM3-door-${library.split('|')[0].replace(/^@/, '').replace(/\W+/g, '-')}`,
      comment: `${library} is imported by ${door} only`,
      severity: 'error',
      from: {
        path: '^(packages|services|schemas|tools|e2e|bench)/',
        pathNot: `${door}|^bench/|^[^/]+/[^/]+/test/`,
      },
      to: { path: `node_modules/(${library})(/|$)` },
    })),
    {
      name: 'IM4-services-apart',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'IM4-packages-below',
      severity: 'error',
      from: { path: '^(packages|schemas)/[^/]+/?(src)?' },
      to: { path: '^(services|e2e|tools)/' },
    },
    {
      name: 'IM5-core',
      comment: 'core knows pure packages and the contracts of stream and schemas',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/core' },
      to: {
        pathNot: `^(services/$1/src/(core|ports)|packages/(domain|stream|${L1})/src|schemas/src)|^(node:)?(buffer|crypto)$`,
      },
    },
    {
      name: 'IM5-nothing-imports-main',
      severity: 'error',
      from: { path: '.' },
      to: { path: '^(services|packages)/[^/]+/(src|server)/main\\.ts$' },
    },
    {
      name: 'IM6-oracle',
      comment: 'a check shares no code with what it checks',
      severity: 'error',
      from: { path: '^packages/oracle/src' },
      to: {
        path: '^(packages|services|schemas)/',
        pathNot: '^packages/(oracle|domain|simulator)/src',
      },
    },
    {
      name: 'IM6-simulator',
      severity: 'error',
      from: { path: '^packages/simulator/src' },
      to: { path: '^(packages|services)/', pathNot: '^packages/(simulator|domain)/src' },
    },
    {
      name: 'IM7-no-tests-in-src',
      severity: 'error',
      from: {
        path: '^(packages|services)/[^/]+/src',
        pathNot: '^packages/(testkit|simulator|oracle)/',
      },
      to: { path: '/test/|^packages/(testkit|simulator|oracle)/' },
    },
    {
      name: 'IM8-no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'IM8-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    exclude: { path: '(^|/)dist/|\\.svelte$' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@groundswell/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
