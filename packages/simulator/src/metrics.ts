/** Counts in the text format of Prometheus: how many clients listen, and how many of what was planted. */
export function metricsText(
  connections: Readonly<Record<string, number>>,
  planted: Readonly<Record<string, number>>,
): string {
  const lines = (name: string, label: string, values: Readonly<Record<string, number>>): string[] =>
    Object.entries(values).map(([key, value]) => `${name}{${label}="${key}"} ${value}`);
  return [
    '# HELP groundswell_world_connections Clients of a source of the synthetic world.',
    '# TYPE groundswell_world_connections gauge',
    ...lines('groundswell_world_connections', 'source', connections),
    '# HELP groundswell_world_planted_total Events of the synthetic world by kind and fate.',
    '# TYPE groundswell_world_planted_total counter',
    ...lines('groundswell_world_planted_total', 'what', planted),
    '',
  ].join('\n');
}
