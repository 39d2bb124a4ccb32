import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { dashboards, grafanaJson } from '../observability/dashboards.ts';
import { installed } from '../observability/installed.ts';
import { declaredMetrics, metricNames } from '../observability/metric-names.ts';

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
  else it(title, check).timeout(60_000);
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

describe('metrics named in rules and dashboards', () => {
  it('are exported by the code, or by an exporter that is named here', () => {
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
