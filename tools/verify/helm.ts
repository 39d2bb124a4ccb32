import { join } from 'node:path';
import {
  CHART,
  KUBE_VERSION_FLAG,
  committedManifests,
  differences,
  examplePath,
  exampleNames,
  renderExample,
  writeRendered,
} from './chart.ts';
import { refusals } from './chart-refusals.ts';
import { variants } from './chart-variants.ts';
import { helm } from './toolbox.ts';
import { failed, passed, type Check } from './types.ts';

export const helmLint: Check = {
  name: 'chart: lint',
  tools: [helm],
  async run({ rootDir, run, pathOf }) {
    const names = exampleNames(rootDir);
    for (const name of names) {
      const values = examplePath(rootDir, name, 'values.yaml');
      // Lint knows no cluster, so the flags of custom resources are off; rendering covers them.
      const off =
        'gateway.enabled=false,keda.enabled=false,monitoring.serviceMonitors=false,monitoring.rules=false';
      const alone = 'secrets.external.enabled=false,rollout.strategy=rolling';
      const args = [
        'lint',
        '--strict',
        join(rootDir, CHART),
        '--values',
        values,
        '--set',
        `${off},${alone}`,
      ];
      const ran = await run(pathOf(helm), args);
      if (ran.code !== 0) return failed(name, ran.output);
    }
    return passed(`${names.length} sets of values`);
  },
};

/** `npm run verify:deploy -- rendered` after `UPDATE_RENDERED=1` writes the committed files anew. */
export const helmGolden: Check = {
  name: 'chart: renders as committed (rendered)',
  tools: [helm],
  async run({ rootDir, run, pathOf }) {
    let count = 0;
    for (const name of exampleNames(rootDir)) {
      const fresh = await renderExample({ rootDir, run }, pathOf(helm), name);
      if (typeof fresh === 'string') return failed(`${name} does not render`, fresh);
      if (process.env['UPDATE_RENDERED'] === '1') writeRendered(rootDir, name, fresh);
      const stale = differences(committedManifests(rootDir, name), fresh);
      if (stale.length > 0) {
        return failed(
          `${name} differs: UPDATE_RENDERED=1 npm run verify:deploy -- rendered`,
          stale.join('\n'),
        );
      }
      count += fresh.size;
    }
    return passed(`${count} objects of ${exampleNames(rootDir).length} examples`);
  },
};

export const helmRefusals: Check = {
  name: 'chart: refuses nonsense',
  tools: [helm],
  async run({ rootDir, run, pathOf }) {
    const values = examplePath(rootDir, 'minimal', 'values.yaml');
    for (const { sets, says } of refusals) {
      const flags = sets.flatMap((set) => ['--set', set]);
      const args = [
        'template',
        'x',
        join(rootDir, CHART),
        '--values',
        values,
        KUBE_VERSION_FLAG,
        ...flags,
      ];
      const ran = await run(pathOf(helm), args);
      if (ran.code === 0) return failed(`${sets.join(' ')} was accepted`);
      if (!says.test(ran.output)) return failed(`${sets.join(' ')}: another reason`, ran.output);
    }
    return passed(`${refusals.length} bad values, each with its reason`);
  },
};

export const helmVariants: Check = {
  name: 'chart: variants that no example shows',
  tools: [helm],
  async run({ rootDir, run, pathOf }) {
    const values = examplePath(rootDir, 'minimal', 'values.yaml');
    for (const { sets, template, has } of variants) {
      const ran = await run(pathOf(helm), [
        ...['template', 'x', join(rootDir, CHART), '--values', values, KUBE_VERSION_FLAG],
        ...['--api-versions=keda.sh/v1alpha1', '--show-only', template],
        ...sets.flatMap((set) => ['--set', set]),
      ]);
      if (ran.code !== 0) return failed(sets.join(' '), ran.output);
      const wrong = Object.entries(has)
        .map(([text, wanted]) => ({ text, wanted, found: ran.stdout.split(text).length - 1 }))
        .filter(({ wanted, found }) => wanted !== found)
        .map(({ text, wanted, found }) => `${text.trim()}: ${found} times, not ${wanted}`);
      if (wrong.length > 0) return failed(sets.join(' '), wrong.join('\n'));
    }
    return passed(`${variants.length} sets of values`);
  },
};
