import { join } from 'node:path';
import { failed, passed, type Check } from '../verify/types.ts';
import { k6 } from './k6.ts';
import { scenarios } from './scenarios.ts';

/** Every scenario loads in the real k6 and has thresholds: without one a run cannot fail. Nothing is put under load. */
export const loadScenarios: Check = {
  name: 'load: scenarios',
  tools: [k6],
  async run({ rootDir, run, pathOf }) {
    const url = 'http://127.0.0.1:1';
    const env = { API_URL: url, LIVE_URL: url, INGEST_URL: url, ISSUER_URL: url };
    for (const { name } of scenarios) {
      const script = join(rootDir, 'load-tests/scenarios', `${name}.js`);
      const ran = await run(pathOf(k6), ['inspect', '--include-system-env-vars', script], {
        env: { ...env, K6_AUTO_EXTENSION_RESOLUTION: 'false' },
      });
      if (ran.code !== 0) return failed(`${name} does not load`, ran.output);
      const { thresholds } = JSON.parse(ran.stdout) as { readonly thresholds?: object };
      if (Object.keys(thresholds ?? {}).length === 0) return failed(`${name} has no threshold`);
    }
    return passed(`${scenarios.length} scenarios`);
  },
};
