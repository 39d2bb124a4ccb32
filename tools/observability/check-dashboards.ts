/**
 * Asks a real Prometheus (PROMETHEUS_URL, default http://127.0.0.1:9090, as `npm start -- --observability` runs it) every query of every dashboard; each
 * must return data. `--write` writes infra/observability/dashboards instead, what the chart carries of rules and dashboards,
 * and docs/metrics.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { copyIntoChart } from './chart-copies.ts';
import { askDashboards } from './dashboard-queries.ts';
import { dashboards, grafanaJson } from './dashboards.ts';
import { generateMetricsPage } from './metrics-page.ts';

const rootDir = join(import.meta.dirname, '../..');
const dir = join(rootDir, 'infra/observability/dashboards');

if (process.argv.includes('--write')) {
  mkdirSync(dir, { recursive: true });
  for (const one of dashboards) {
    const text = await format(grafanaJson(one), { parser: 'json', printWidth: 100 });
    writeFileSync(join(dir, `${one.uid}.json`), text);
  }
  copyIntoChart(rootDir);
  const page = await format(generateMetricsPage(rootDir), { parser: 'markdown' });
  writeFileSync(join(rootDir, 'docs/metrics.md'), page);
} else {
  const url = process.env['PROMETHEUS_URL'] ?? 'http://127.0.0.1:9090';
  const { asked, empty } = await askDashboards(url);
  for (const query of empty) process.stdout.write(`no data: ${query}\n`);
  process.stdout.write(`${asked - empty.length} of ${asked} queries return data\n`);
  process.exitCode = empty.length === 0 ? 0 : 1;
}
