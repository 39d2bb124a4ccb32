import { cpSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a chart cannot read outside of its own folder, and where its copy lies. */
export const CHART_COPIES = [
  { pattern: '*.yaml', from: 'infra/observability/rules', to: 'helm/groundswell/files/rules' },
  {
    pattern: '*.json',
    from: 'infra/observability/dashboards',
    to: 'helm/groundswell/files/dashboards',
  },
  { pattern: 'dump.sh', from: 'infra/backup', to: 'helm/groundswell/files/backup' },
] as const;

/** Replaces the copies, so that what is gone here is gone there. */
export function copyIntoChart(rootDir: string): void {
  for (const { pattern, from, to } of CHART_COPIES) {
    rmSync(join(rootDir, to), { recursive: true, force: true });
    for (const file of globSync(pattern, { cwd: join(rootDir, from) })) {
      cpSync(join(rootDir, from, file), join(rootDir, to, file));
    }
  }
}
