import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { askDashboards } from '../observability/dashboard-queries.ts';
import { haveJmxAgent } from '../observability/jmx-agent.ts';
import { prometheusFaults, ringing, type Wanted } from '../observability/prometheus-answers.ts';
import { PlatformError } from '../platform/errors.ts';
import type { Compose } from './images-run.ts';
import type { CheckContext } from './types.ts';

/** Services of the profile observability that are tried: for the others no program can be had where images cannot be pulled. */
export const WATCHING: readonly string[] = ['watch', 'watch-parts', 'prometheus', 'alertmanager'];
const ALERTMANAGER = 'alertmanager:9093';
/** Rates need two scrapes, canaries ten seconds each, and rules are evaluated on what was scraped. */
const FIGURES_WITHIN_MS = 240_000;
/** ServiceDown waits a minute by itself. */
const ALERT_WITHIN_MS = 180_000;

/** What watches, as a sentence part; `faults` is empty when all of it works. */
export interface Figures {
  readonly faults: readonly string[];
  readonly detail: string;
}

/** @returns the jar by which the broker shows its figures; undefined when Maven cannot fetch it, as where there is no Maven */
export async function jmxAgent({ toolsDir }: CheckContext): Promise<string | undefined> {
  try {
    return await haveJmxAgent(join(toolsDir, 'jmx'));
  } catch (thrown) {
    if (thrown instanceof PlatformError) return undefined;
    throw thrown;
  }
}

/**
 * Waits until Prometheus under compose has every target up, every rule evaluated and Alertmanager found, and every query of every dashboard
 * returns data. Queries on the broker are asked only with its agent.
 *
 * @param ask what a client does meanwhile, so that there are answers to count
 */
export async function awaitFigures(
  { settings }: Compose,
  context: CheckContext,
  { hasAgent, ask }: { readonly hasAgent: boolean; readonly ask: () => Promise<unknown> },
): Promise<Figures> {
  const url = pageOf(settings, 'PROMETHEUS');
  const wanted = wantedOf(context, hasAgent);
  const isAsked = (query: string): boolean => hasAgent || !/\bkafka_/.test(query);
  const look = async (): Promise<Figures> => {
    const faults = await prometheusFaults(url, wanted);
    const { asked, empty } = await askDashboards(url, isAsked);
    const rings = await ringing(url);
    const details = [
      `${wanted.jobs.length} targets up`,
      `${wanted.ruleFiles.length} rule files`,
      `${asked} queries of dashboards return data${hasAgent ? '' : " (without the broker's: no agent)"}`,
      `alerts: ${rings.join(', ') || 'none'}`,
    ];
    return {
      faults: [...faults, ...empty.map((one) => `no data: ${one}`)],
      detail: details.join(', '),
    };
  };
  const deadline = performance.now() + FIGURES_WITHIN_MS;
  for (;;) {
    const found = await look().catch((thrown: unknown) => ({
      faults: [`Prometheus: ${thrown instanceof Error ? thrown.message : String(thrown)}`],
      detail: '',
    }));
    if (found.faults.length === 0 || performance.now() > deadline) return found;
    await ask();
    await sleep(5000);
  }
}

/** What is written: every job of prometheus.yml, every file of rules. */
function wantedOf({ rootDir }: CheckContext, hasAgent: boolean): Wanted {
  const text = readFileSync(join(rootDir, 'infra/compose/prometheus.yml'), 'utf8');
  const { scrape_configs: configs } = parse(text) as {
    readonly scrape_configs: readonly { readonly job_name: string }[];
  };
  const jobs = configs.map(({ job_name: name }) => name);
  return {
    jobs: jobs.filter((job) => hasAgent || job !== 'kafka'),
    ruleFiles: readdirSync(join(rootDir, 'infra/observability/rules')),
    alertmanager: ALERTMANAGER,
  };
}

const alerts = z.array(z.object({ startsAt: z.string() }));

/** Waits until Alertmanager has an alert ServiceDown that began after `sinceMs`. @returns seconds from then, or undefined */
export async function awaitAlert(
  { settings }: Compose,
  sinceMs: number,
): Promise<number | undefined> {
  const filter = encodeURIComponent('alertname="ServiceDown"');
  const url = `${pageOf(settings, 'ALERTMANAGER')}/api/v2/alerts?filter=${filter}`;
  for (;;) {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const found = alerts.parse(await response.json());
    const passedMs = Date.now() - sinceMs;
    if (found.some(({ startsAt }) => Date.parse(startsAt) >= sinceMs)) {
      return Math.round(passedMs / 1000);
    }
    if (passedMs > ALERT_WITHIN_MS) return undefined;
    await sleep(2000);
  }
}

const pageOf = (settings: ReadonlyMap<string, string>, page: string): string =>
  `http://127.0.0.1:${settings.get(`${page}_PORT`)}`;
