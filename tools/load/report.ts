import type { LoadOptions } from './options.ts';
import type { Usage } from './usage.ts';

/** k6's end-of-test summary, as far as it is read here. */
export interface K6Summary {
  readonly metrics: Readonly<Record<string, K6Metric>>;
  readonly root_group: { readonly checks: readonly CheckRow[] };
}
interface K6Metric {
  readonly type: 'counter' | 'gauge' | 'rate' | 'trend';
  /** `time`: milliseconds. */
  readonly contains: string;
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGib: number;
  /** Runnable processes over the last minute. */
  readonly load: number;
  readonly node: string;
}

/** What the JSON file holds. */
export interface Report {
  readonly scenario: string;
  readonly what: string;
  readonly command: string;
  readonly target: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly rate: number;
  readonly sockets: number;
  readonly before: Machine;
  readonly after: Machine;
  /** Share of the run in which the processors of this machine were busy, with whatever. */
  readonly busyShare: number;
  /** CPU and memory of the services behind the doors. */
  readonly usage: readonly Usage[];
  readonly held: boolean;
  readonly thresholds: readonly ThresholdRow[];
  /** Answers that were looked at, by what was expected of them. */
  readonly checks: readonly CheckRow[];
  readonly metrics: readonly MetricRow[];
}
export interface ThresholdRow {
  readonly metric: string;
  readonly limit: string;
  readonly held: boolean;
  /** What was measured, of the statistic that the limit names; null where nothing was: such a limit did not hold. */
  readonly seen: string | null;
}
export interface CheckRow {
  readonly name: string;
  readonly passes: number;
  readonly fails: number;
}
export interface MetricRow {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
  readonly isTime: boolean;
}

export interface RunFacts {
  readonly options: Pick<LoadOptions, 'scenario' | 'seconds' | 'rate' | 'sockets'>;
  readonly command: string;
  readonly target: string;
  readonly startedAt: string;
  readonly before: Machine;
  readonly after: Machine;
  readonly busyShare: number;
  readonly usage: readonly Usage[];
  readonly summary: K6Summary;
}

/** Pure. */
export function makeReport({ options, summary, ...facts }: RunFacts): Report {
  const entries = Object.entries(summary.metrics).sort(([a], [b]) => a.localeCompare(b));
  const thresholds = entries.flatMap(([name, metric]) =>
    Object.entries(metric.thresholds ?? {}).map(([limit, { ok }]) => ({
      metric: name,
      limit,
      held: ok && isMeasured(metric),
      seen: isMeasured(metric) ? seenOf(limit, metric) : null,
    })),
  );
  return {
    scenario: options.scenario.name,
    what: options.scenario.what,
    ...facts,
    seconds: options.seconds,
    rate: options.rate,
    sockets: options.sockets,
    held: thresholds.every(({ held }) => held),
    thresholds,
    checks: summary.root_group.checks.map(({ name, passes, fails }) => ({ name, passes, fails })),
    metrics: entries.map(([name, { values, contains }]) => ({
      name,
      values,
      isTime: contains === 'time',
    })),
  };
}

/** k6 lets every limit on nothing hold. A counter that was never raised is a count of 0. */
function isMeasured({ type, values }: K6Metric): boolean {
  if (type === 'trend') return (values['count'] ?? 0) > 0;
  return type !== 'rate' || (values['passes'] ?? 0) + (values['fails'] ?? 0) > 0;
}

/** The measured value of the statistic that a limit such as `p(99)<3` names. */
function seenOf(limit: string, { values, contains }: K6Metric): string | null {
  const statistic = /^[^<>=!]+/.exec(limit)?.[0].trim() ?? '';
  const value = values[statistic];
  return value === undefined ? null : shown(value, contains === 'time');
}

function shown(value: number, isTime: boolean): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 1000 ? 1 : 0;
  return `${Number(value.toFixed(digits))}${isTime ? ' ms' : ''}`;
}

/** For the terminal. */
export function textReport(report: Report): string {
  const rows = report.thresholds.map(
    ({ metric, limit, held, seen }) =>
      `  ${held ? '✔' : '✖'} ${metric.padEnd(40)} ${limit.padEnd(16)} ${seen ?? 'nothing measured'}`,
  );
  const failed = report.thresholds.filter(({ held }) => !held).length;
  const doubts = report.checks
    .filter(({ fails }) => fails > 0)
    .map(({ name, passes, fails }) => `  ✖ ${name}: not so ${fails} times of ${passes + fails}`);
  const verdict =
    failed === 0 ? 'every threshold held' : `${failed} of ${rows.length} thresholds failed`;
  const used = report.usage.map((one) => `  ${one.service}: ${usageText(one)}`);
  return `${[...rows, ...doubts, ...used].join('\n')}\n${report.scenario}: ${verdict}; ${machineText(report)}`;
}

/** One file without scripts, styles from elsewhere or anything else to fetch. */
export function htmlReport(report: Report): string {
  const { before } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['Command', report.command],
    ['Target', report.target],
    ['Started', report.startedAt],
    ['Load', loadText(report)],
    ['Machine', `${before.cores} x ${before.cpu}, ${before.memoryGib} GiB, Node ${before.node}`],
    ...report.usage.map((one) => [`Used by ${one.service}`, usageText(one)] as const),
    ['Load of the machine', machineText(report)],
  ];
  const rows = report.thresholds.map(
    ({ metric, limit, held, seen }) =>
      `<tr class="${held ? 'held' : 'failed'}"><td>${held ? 'held' : 'failed'}</td><td>${escape(metric)}</td><td>${escape(limit)}</td><td>${escape(seen ?? 'nothing measured')}</td></tr>`,
  );
  const checks = report.checks.map(
    ({ name, passes, fails }) =>
      `<tr class="${fails === 0 ? 'held' : 'failed'}"><td>${fails === 0 ? 'held' : 'failed'}</td><td>${escape(name)}</td><td>${passes} of ${passes + fails}</td></tr>`,
  );
  const metrics = report.metrics.map(({ name, values, isTime }) => {
    const cells = Object.entries(values).map(([key, value]) => `${key} ${shown(value, isTime)}`);
    return `<tr><td>${escape(name)}</td><td>${escape(cells.join(' · '))}</td></tr>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(report.scenario)}: ${report.held ? 'held' : 'failed'}</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
  body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }
  td, th { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; vertical-align: top; font-variant-numeric: tabular-nums }
  .held td:first-child { color: #2a8a4a } .failed td:first-child { color: #c0392b; font-weight: 600 }
</style>
<h1>${escape(report.scenario)}: ${report.held ? 'every threshold held' : 'a threshold failed'}</h1>
<p>${escape(report.what)}</p>
<table>${facts.map(([name, value]) => `<tr><th>${name}</th><td>${escape(value)}</td></tr>`).join('')}</table>
<h2>Thresholds</h2>
<table><tr><th>Verdict</th><th>Metric</th><th>Limit</th><th>Seen</th></tr>${rows.join('')}</table>
<h2>Checks</h2>
<table>${checks.join('')}</table>
<h2>All metrics</h2>
<table>${metrics.join('')}</table>
</html>
`;
}

export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

const machineText = ({ before, after, busyShare }: Report): string =>
  `${before.cores} cores ${percent(busyShare)} busy, load ${before.load} before, ${after.load} after`;

const usageText = ({ cpuSeconds, residentMib }: Usage): string =>
  `${cpuSeconds} CPU-seconds, ${residentMib} MiB at the end`;

function loadText({ seconds, rate, sockets }: Report): string {
  const parts = [
    `${seconds} s`,
    ...(rate > 0 ? [`rate ${rate}/s`] : []),
    ...(sockets > 0 ? [`${sockets} sockets`] : []),
  ];
  return parts.join(', ');
}

function escape(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, (sign) => names[sign] ?? sign);
}
