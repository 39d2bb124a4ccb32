import { cpSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { terraform } from './toolbox.ts';
import { failed, notRun, passed, type Check } from './types.ts';

/** What Terraform says when its registry, or the place of the provider, cannot be reached or does not give it. */
const UNREACHABLE =
  /Error: (?:Invalid provider registry host|Failed to (?:query available provider packages|install provider)) (.+?)(?: To see which modules |$)/;

/**
 * Both environments with the provider itself, as `terraform init` gets it: by the settings of Terraform on this machine, from its registry
 * or from a mirror. Where there is none this says so, and the checks with the stand-in are what is left.
 */
export const terraformReal: Check = {
  name: 'terraform: validate, the real provider',
  tools: [terraform],
  async run({ rootDir, workDir, toolsDir, run, pathOf }) {
    const copy = join(workDir, 'terraform');
    cpSync(join(rootDir, 'terraform'), copy, {
      recursive: true,
      filter: (path) => !path.endsWith('/.terraform'),
    });
    const cache = join(toolsDir, 'terraform-plugins');
    mkdirSync(cache, { recursive: true });
    const env = {
      TF_IN_AUTOMATION: '1',
      TF_PLUGIN_CACHE_DIR: cache,
      TF_REGISTRY_DISCOVERY_RETRY: '0',
      TF_REGISTRY_CLIENT_TIMEOUT: '10',
    };
    const versions = new Set<string>();
    const dirs = globSync('environments/*', { cwd: copy }).toSorted();
    for (const dir of dirs) {
      const options = { cwd: join(copy, dir), env, timeoutMs: 180_000 };
      const init = ['init', '-backend=false', '-input=false', '-no-color'];
      const ready = await run(pathOf(terraform), init, options);
      const why = whyUnreachable(ready.output);
      if (ready.code !== 0 && why !== undefined) return notRun(why);
      if (ready.code !== 0) return failed(`${dir}: init`, ready.output);
      const ran = await run(pathOf(terraform), ['validate', '-no-color'], options);
      if (ran.code !== 0) return failed(`${dir}: validate`, ran.output);
      versions.add(lockedVersion(readFileSync(join(copy, dir, '.terraform.lock.hcl'), 'utf8')));
    }
    return passed(`${dirs.length} environments, provider ${[...versions].join(', ')}`);
  },
};

/** @returns one line, undefined when the output is about something else */
export function whyUnreachable(output: string): string | undefined {
  // Frames and line breaks are for terminals.
  const said = UNREACHABLE.exec(output.replaceAll(/[\s│╷╵]+/g, ' ').trim())?.[1];
  return said === undefined ? undefined : `the provider cannot be had here: ${said}`;
}

const lockedVersion = (lock: string): string =>
  /version\s+= "([^"]+)"/.exec(lock)?.[1] ?? 'unknown';
