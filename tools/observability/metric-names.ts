import { globSync, readFileSync } from 'node:fs';

/** `metrics.counter({ name: 'x', ...` in any service or package; the prefix is given by packages/runtime. */
const DECLARATION = /\.(counter|gauge|histogram)\(\{\s*name: '(\w+)'/g;
const SOURCES = ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'tools/observability/*.ts'];

/** Names of all samples that our code exports, histograms with their three suffixes. */
export function declaredMetrics(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of SOURCES.flatMap((pattern) => globSync(pattern))) {
    for (const [, kind, name = ''] of readFileSync(file, 'utf8').matchAll(DECLARATION)) {
      const full = `groundswell_${name}`;
      const suffixes = kind === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      for (const suffix of suffixes) names.add(`${full}${suffix}`);
    }
  }
  return names;
}

/** Names of ours in a query, with recorded ones (`groundswell:...`). What other exporters offer is theirs to keep. */
export function metricNames(text: string): string[] {
  return [...text.matchAll(/\bgroundswell[_:][\w:]+/g)].map(([name]) => name);
}
