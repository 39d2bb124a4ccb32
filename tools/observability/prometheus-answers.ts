import { z } from 'zod';

const PATIENCE_MS = 10_000;

/**
 * Asks a Prometheus.
 *
 * @param path of its API, with the query
 * @returns the `data` of its answer
 * @throws Error when it does not answer, refuses, or says something else than `data` describes
 */
export async function askPrometheus<T>(url: string, path: string, data: z.ZodType<T>): Promise<T> {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) {
    throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 300)}`);
  }
  return z.object({ data }).parse(await response.json()).data;
}

const targets = z.object({
  activeTargets: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      health: z.string(),
      lastError: z.string(),
    }),
  ),
});
const rules = z.object({
  groups: z.array(
    z.object({
      file: z.string(),
      rules: z.array(
        z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() }),
      ),
    }),
  ),
});
const alertmanagers = z.object({ activeAlertmanagers: z.array(z.object({ url: z.string() })) });
const alerts = z.object({
  alerts: z.array(z.object({ state: z.string(), labels: z.record(z.string(), z.string()) })),
});

/** What a Prometheus must have: exactly these jobs, these rule files (names without folder), this Alertmanager (host:port). */
export interface Wanted {
  readonly jobs: readonly string[];
  readonly ruleFiles: readonly string[];
  readonly alertmanager: string;
}

/** What is not as wanted: jobs, targets that are not up, rules that are not loaded or cannot be evaluated, Alertmanager. Empty = all of it is. */
export async function prometheusFaults(url: string, wanted: Wanted): Promise<readonly string[]> {
  const { activeTargets } = await askPrometheus(url, '/api/v1/targets?state=active', targets);
  const { groups } = await askPrometheus(url, '/api/v1/rules', rules);
  const { activeAlertmanagers } = await askPrometheus(url, '/api/v1/alertmanagers', alertmanagers);
  const jobs = activeTargets.map(({ labels }) => labels['job'] ?? '');
  const files = groups.map(({ file }) => file.slice(file.lastIndexOf('/') + 1));
  return [
    ...differences('job', wanted.jobs, jobs),
    ...activeTargets
      .filter(({ health }) => health !== 'up')
      .map(({ labels, health, lastError }) => `${labels['job']} is ${health}: ${lastError}`),
    ...differences('rule file', wanted.ruleFiles, files),
    ...groups
      .flatMap((group) => group.rules)
      .filter(({ health }) => health !== 'ok')
      .map(({ name, health, lastError = '' }) => `rule ${name} is ${health}: ${lastError}`),
    ...differences(
      'Alertmanager',
      [wanted.alertmanager],
      activeAlertmanagers.map((one) => new URL(one.url).host),
    ),
  ];
}

/** Names of the alerts that ring. */
export async function ringing(url: string): Promise<readonly string[]> {
  const { alerts: all } = await askPrometheus(url, '/api/v1/alerts', alerts);
  const names = all.filter(({ state }) => state === 'firing').map(({ labels }) => labels);
  return [...new Set(names.map(({ alertname = '' }) => alertname))].toSorted();
}

function differences(
  what: string,
  wanted: readonly string[],
  found: readonly string[],
): readonly string[] {
  return [
    ...wanted.filter((one) => !found.includes(one)).map((one) => `no ${what} ${one}`),
    ...[...new Set(found)]
      .filter((one) => !wanted.includes(one))
      .map((one) => `${what} ${one} is nowhere named`),
  ];
}
