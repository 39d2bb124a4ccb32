import { join } from 'node:path';
import { examplePath, exampleNames } from './chart.ts';
import { checkov } from './toolbox.ts';
import { failed, passed, type Check, type Ran } from './types.ts';

/** Rules that do not apply, each with its reason. */
const skipped: Readonly<Record<string, string>> = {
  CKV_K8S_15:
    'tags are versions and never move: asking the registry at every start would make it a part that must be up',
  CKV_K8S_43: 'digests are set per image where a release has them (image.digests)',
  CKV_K8S_35: 'services read secrets from variables; files would need a reader in each',
};

const summary = /Passed checks: (\d+), Failed checks: (\d+)/;

/** A run that says nothing counts as broken. */
export function totalsOf({ output, code }: Ran): { readonly good: number; readonly bad: number } {
  const [, good = '0', bad = '1'] = summary.exec(output) ?? [];
  return { good: Number(good), bad: Math.max(Number(bad), code === 0 && good !== '0' ? 0 : 1) };
}

export const checkovChart: Check = {
  name: 'chart: checkov on the manifests',
  tools: [checkov],
  async run({ rootDir, run, pathOf }) {
    let held = 0;
    for (const name of exampleNames(rootDir)) {
      const ran = await run(pathOf(checkov), [
        ...['-d', examplePath(rootDir, name, 'rendered')],
        ...['--framework', 'kubernetes', '--quiet', '--compact', '--skip-download'],
        ...['--skip-check', Object.keys(skipped).join(',')],
      ]);
      const { good, bad } = totalsOf(ran);
      if (bad > 0) return failed(`${name}: ${bad} rules broken`, ran.output);
      held += good;
    }
    return passed(`${held} rules held, ${Object.keys(skipped).length} do not apply`);
  },
};

/** Beside those, by folder of infra/cluster. */
const skippedBeside: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'schema-registry': { CKV_K8S_40: 'the program in the image belongs to 1001' },
  'log-shipping': {
    CKV_K8S_23: 'logs of a node can be read by root only; no capability, nothing to write to',
    CKV_K8S_40: 'the same',
  },
};

export const checkovBeside: Check = {
  name: 'cluster: checkov on our manifests beside the chart',
  tools: [checkov],
  async run({ rootDir, run, pathOf }) {
    let held = 0;
    for (const [folder, reasons] of Object.entries(skippedBeside)) {
      const ran = await run(pathOf(checkov), [
        ...['-d', join(rootDir, 'infra/cluster', folder)],
        ...['--framework', 'kubernetes', '--quiet', '--compact', '--skip-download'],
        ...['--skip-check', Object.keys({ ...skipped, ...reasons }).join(',')],
      ]);
      const { good, bad } = totalsOf(ran);
      if (bad > 0) return failed(`${folder}: ${bad} rules broken`, ran.output);
      held += good;
    }
    return passed(`${held} rules held`);
  },
};

export const checkovTerraform: Check = {
  name: 'terraform: checkov',
  tools: [checkov],
  async run({ rootDir, run, pathOf }) {
    const dir = join(rootDir, 'terraform');
    const flags = ['--framework', 'terraform', '--quiet', '--compact', '--skip-download'];
    const ran = await run(pathOf(checkov), ['-d', dir, ...flags]);
    const { good, bad } = totalsOf(ran);
    return bad > 0 ? failed(`${bad} rules broken`, ran.output) : passed(`${good} rules held`);
  },
};
