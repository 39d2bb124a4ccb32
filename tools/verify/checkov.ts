import { join } from 'node:path';
import { examplePath, exampleNames } from './chart.ts';
import { checkov } from './toolbox.ts';
import { failed, passed, type Check } from './types.ts';

/** Rules that do not apply, each with its reason. */
const skipped: Readonly<Record<string, string>> = {
  CKV_K8S_43: 'digests are set per image where a release has them (image.digests)',
  CKV_K8S_35: 'services read secrets from variables; files would need a reader in each',
};

const summary = /Passed checks: (\d+), Failed checks: (\d+)/;

function byTotals(output: string, code: number): ReturnType<typeof passed> {
  const [, good = '0', bad = '?'] = summary.exec(output) ?? [];
  if (code !== 0 || bad !== '0' || good === '0') return failed(`${bad} rules broken`, output);
  return passed(`${good} rules held`);
}

export const checkovChart: Check = {
  name: 'chart: checkov on the manifests',
  tools: [checkov],
  async run({ rootDir, run, pathOf }) {
    const dirs = exampleNames(rootDir).flatMap((name) => [
      '-d',
      examplePath(rootDir, name, 'rendered'),
    ]);
    const args = [
      '--framework',
      'kubernetes',
      '--quiet',
      '--compact',
      '--skip-check',
      Object.keys(skipped).join(','),
    ];
    const ran = await run(pathOf(checkov), [...dirs, ...args]);
    return byTotals(ran.output, ran.code);
  },
};

export const checkovTerraform: Check = {
  name: 'terraform: checkov',
  tools: [checkov],
  async run({ rootDir, run, pathOf }) {
    const args = [
      '-d',
      join(rootDir, 'terraform'),
      '--framework',
      'terraform',
      '--quiet',
      '--compact',
    ];
    const ran = await run(pathOf(checkov), args);
    return byTotals(ran.output, ran.code);
  },
};
