import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readMetrics } from './metrics-page.ts';

/** Names of all samples that our code exports, histograms with their three suffixes. */
export function declaredMetrics(): ReadonlySet<string> {
  return new Set(
    readMetrics('.').flatMap(({ name, kind }) =>
      kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name],
    ),
  );
}

/** Names of ours in a query, with recorded ones (`groundswell:...`). What other exporters offer is theirs to keep. */
export function metricNames(text: string): string[] {
  return [...text.matchAll(/\bgroundswell[_:][\w:]+/g)].map(([name]) => name);
}

/**
 * Names of exporters of others that our rules read, as their documentation has them: a cluster brings these exporters, nothing here runs
 * them, so a name that is not in this list is a typing error or has to be looked up first.
 */
export const foreignMetrics: Readonly<Record<string, readonly string[]>> = {
  // docs/metrics/workload/cronjob-metrics.md of kube-state-metrics 2.
  'kube-state-metrics': [
    'kube_cronjob_created',
    'kube_cronjob_spec_suspend',
    'kube_cronjob_status_last_successful_time',
  ],
  kubelet: ['kubelet_volume_stats_available_bytes', 'kubelet_volume_stats_capacity_bytes'],
  'node-exporter': ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes'],
};

/** Names of such exporters in a query. */
export function foreignNames(text: string): string[] {
  return [...text.matchAll(/\b(?:kube|kubelet|node)_\w+/g)].map(([name]) => name);
}

/** Names that the rules of infra/observability/kafka-jmx.yaml give to the figures of a broker. */
export function brokerMetrics(): ReadonlySet<string> {
  const { rules } = parse(readFileSync('infra/observability/kafka-jmx.yaml', 'utf8')) as {
    readonly rules: readonly { readonly pattern: string; readonly name: string }[];
  };
  return new Set(
    rules.flatMap(({ pattern, name }) => {
      const [, alternatives = ''] = /\(([\w|]+)\)/.exec(pattern) ?? [];
      return name.includes('$1')
        ? alternatives.split('|').map((one) => name.replace('$1', one).toLowerCase())
        : [name.toLowerCase()];
    }),
  );
}
