import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Metric {
  readonly name: string;
  readonly kind: string;
  readonly labels: readonly string[];
  readonly help: string;
  /** Folder that declares it: `packages/worker`, `services/serve-api`, `tools/observability`. */
  readonly owner: string;
}

const DECLARATION = /\.(counter|gauge|histogram)\(\{\s*(name: '(\w+)'[\s\S]*?)\}\)/g;
const HELP = /help:\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")/;
const PATTERNS = ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'tools/observability/*.ts'];

/** Every metric that the sources declare, as the registry of packages/runtime exports it. @throws TypeError for one that is not explained */
export function readMetrics(root: string): readonly Metric[] {
  const files = PATTERNS.flatMap((pattern) => globSync(pattern, { cwd: root }));
  return files
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...text.matchAll(DECLARATION)].map(([, kind = '', body = '', name = '']) => {
        const [, single, double] = HELP.exec(body) ?? [];
        const help = single ?? double;
        if (help === undefined) throw new TypeError(`${file}: ${name} has no help text`);
        const owner = file.startsWith('tools/') ? dirname(file) : file.split('/', 2).join('/');
        return { name: `groundswell_${name}`, kind, labels: labelsOf(body, text), help, owner };
      });
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** `labels: ['a', 'b']`, or a name for such a list. */
function labelsOf(body: string, text: string): readonly string[] {
  const literal = /labels: \[([^\]]*)\]/.exec(body)?.[1];
  const constant = /labels(?:: (\w+))?,/.exec(body);
  const list =
    literal ??
    (constant === null
      ? ''
      : new RegExp(`const ${constant[1] ?? 'labels'} = \\[([^\\]]*)\\]`).exec(text)?.[1]);
  return [...(list ?? '').matchAll(/'(\w+)'/g)].map(([, label = '']) => label);
}

/** The unit is the last word of a name, before `total`. */
function unitOf(name: string): string {
  const word =
    name
      .replace(/_total$/, '')
      .split('_')
      .at(-1) ?? '';
  return ['seconds', 'bytes', 'records', 'rows'].includes(word) ? word : '1';
}

/** Services that export the metrics of a package: those that depend on it. */
function exportersOf(owner: string, root: string): string {
  if (!owner.startsWith('packages/')) return owner.replace(/^(services|tools)\//, '');
  const dependency = `@groundswell/${owner.slice('packages/'.length)}`;
  const users = globSync('services/*/package.json', { cwd: root })
    .filter((file) => {
      const { dependencies = {} } = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
        readonly dependencies?: Readonly<Record<string, string>>;
      };
      return dependencies[dependency] !== undefined;
    })
    .map((file) => dirname(file).replace('services/', ''))
    .toSorted();
  return users.length === 0 ? owner : users.join(', ');
}

/** docs/metrics.md */
export function generateMetricsPage(root: string): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll("\\'", "'");
  const rows = readMetrics(root).map(({ name, kind, labels, help, owner }) =>
    [
      `\`${name}\``,
      kind,
      unitOf(name),
      labels.join(', '),
      exportersOf(owner, root),
      cell(help),
    ].join(' | '),
  );
  return `<!-- Written by tools/observability/check-dashboards.ts --write from the declarations in the sources. Do not edit. -->

# Metrics

What every process shows on \`/metrics\`, besides the usual figures of Node (\`process_*\`, \`nodejs_*\`). Each sample also has the label \`service\`.
Labels are closed sets: groups, topics, partitions, sources, states; never an investor, an account or an event. A histogram has the samples
\`_bucket\`, \`_sum\` and \`_count\`. Figures of the broker come from the JMX exporter (infra/observability/kafka-jmx.yaml, \`kafka_*\`).

Rules and dashboards are in infra/observability; \`npm start -- --observability\` runs a Prometheus with them.

| metric | type | unit | labels | exported by | meaning |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}
`;
}
