import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'chai';
import { format } from 'prettier';
import { parse } from 'yaml';
import { dashboards, grafanaJson } from '../observability/dashboards.ts';
import { installed } from '../observability/installed.ts';
import { CHART_COPIES } from '../observability/chart-copies.ts';
import { generateMetricsPage, readMetrics } from '../observability/metrics-page.ts';
import {
  brokerMetrics,
  declaredMetrics,
  foreignMetrics,
  foreignNames,
  metricNames,
} from '../observability/metric-names.ts';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string; readonly runbook_url?: string };
}
interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}
interface TestFile {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}
const read = (file: string): unknown => parse(readFileSync(file, 'utf8'));
const rules = globSync('infra/observability/rules/*.yaml').flatMap((file) =>
  (read(file) as RuleFile).groups.flatMap((group) => group.rules),
);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const testFiles = globSync('infra/observability/tests/*.yaml');

describe('alerts', () => {
  it('each have a severity, a sentence and a runbook that exists and names them', () => {
    expect(alerts.length).to.be.greaterThan(15);
    for (const { alert = '', labels, annotations } of alerts) {
      expect(labels?.severity, alert).to.be.oneOf(['critical', 'warning']);
      expect(annotations?.summary, alert).to.be.a('string');
      const runbook = `docs/runbooks/${basename(annotations?.runbook_url ?? '')}`;
      expect(existsSync(runbook), runbook).to.equal(true);
      expect(readFileSync(runbook, 'utf8')).to.include(`# ${alert}\n`);
    }
  });

  it('are each seen firing and seen quiet by a promtool test', () => {
    const cases = testFiles.flatMap((file) =>
      (read(file) as TestFile).tests.flatMap((test) => test.alert_rule_test ?? []),
    );
    const seen = (isFiring: boolean): readonly string[] =>
      cases
        .filter(({ exp_alerts: expected = [] }) => expected.length > 0 === isFiring)
        .map(({ alertname }) => alertname);
    const names = alerts.map(({ alert }) => alert);
    expect(seen(true)).to.include.members(names);
    expect(seen(false)).to.include.members(names);
  });

  const promtool = installed('promtool');
  const title = 'behave as their promtool tests say';
  const check = (): void => {
    execFileSync('promtool', ['test', 'rules', ...testFiles], { stdio: 'pipe' });
  };
  if (promtool === undefined) it.skip(`${title} (not run: no promtool on PATH)`, check);
  else it(title, check).timeout(240_000);
});

describe('dashboards', () => {
  it('are as the code makes them: tools/observability/check-dashboards.ts --write', () => {
    expect(dashboards.length).to.be.greaterThan(4);
    for (const one of dashboards) {
      const file = `infra/observability/dashboards/${one.uid}.json`;
      expect(read(file), file).to.deep.equal(JSON.parse(grafanaJson(one)));
    }
  });
});

describe('what the chart carries of rules, dashboards and recipes', () => {
  it('is the same text: tools/observability/check-dashboards.ts --write', () => {
    for (const { pattern, from, to } of CHART_COPIES) {
      const names = globSync(pattern, { cwd: from }).toSorted();
      expect(names, from).to.not.deep.equal([]);
      expect(globSync('*', { cwd: to }).toSorted()).to.deep.equal(names);
      for (const name of names) {
        const copy = readFileSync(`${to}/${name}`, 'utf8');
        expect(copy, name).to.equal(readFileSync(`${from}/${name}`, 'utf8'));
      }
    }
  });
});

describe('docs/metrics.md', () => {
  it('is what the sources declare: tools/observability/check-dashboards.ts --write', async () => {
    const fresh = await format(generateMetricsPage('.'), { parser: 'markdown' });
    expect(readFileSync('docs/metrics.md', 'utf8')).to.equal(fresh);
  });

  it('explains each metric, with labels that name no person and no event', () => {
    const metrics = readMetrics('.');
    expect(metrics.length).to.be.greaterThan(60);
    for (const { name, kind, labels, help } of metrics) {
      expect(help.length, name).to.be.greaterThan(10);
      for (const label of labels) expect(label, name).not.to.match(/investor|account|event|_id$/);
      if (kind === 'counter') expect(name).to.match(/_total$/);
    }
  });
});

describe('metrics named in rules and dashboards', () => {
  it('are shown by the broker where they are its own', () => {
    const shown = brokerMetrics();
    const texts = [
      ...rules.map(({ expr }) => expr),
      ...globSync('infra/observability/dashboards/*.json').map((file) =>
        readFileSync(file, 'utf8'),
      ),
    ];
    const named = texts.flatMap((text) => [...text.matchAll(/\bkafka_\w+/g)].map(([name]) => name));
    expect(named.length).to.be.greaterThan(5);
    expect([...new Set(named)].filter((name) => !shown.has(name))).to.deep.equal([]);
  });

  it('are those of exporters of others, where a cluster brings them', () => {
    const known = Object.values(foreignMetrics).flat();
    const named = rules.flatMap(({ expr }) => foreignNames(expr));
    expect(new Set(named)).to.deep.equal(new Set(known));
  });

  it('are exported by the code, or by an exporter that is named above', () => {
    const recorded = rules.flatMap(({ record }) => record ?? []);
    const known = new Set([...declaredMetrics(), ...recorded]);
    const texts = [
      ...rules.map(({ expr }) => expr),
      ...globSync('infra/observability/dashboards/*.json').map((file) =>
        readFileSync(file, 'utf8'),
      ),
    ];
    const unknown = texts.flatMap(metricNames).filter((name) => !known.has(name));
    expect([...new Set(unknown)]).to.deep.equal([]);
  });

  it('are found in any form of declaration', () => {
    const declared = declaredMetrics();
    for (const name of [
      'groundswell_lag_seconds',
      'groundswell_connector_up',
      'groundswell_http_request_seconds_bucket',
      'groundswell_live_log_up',
    ]) {
      expect(declared.has(name), name).to.equal(true);
    }
    expect(metricNames('sum(rate(groundswell_nothing_total[5m]))')).to.deep.equal([
      'groundswell_nothing_total',
    ]);
  });
});
