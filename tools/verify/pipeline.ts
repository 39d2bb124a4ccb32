import { globSync } from 'node:fs';
import { join } from 'node:path';
import { totalsOf } from './checkov.ts';
import { checkJsonschema, checkov, shellcheck, yamllint } from './toolbox.ts';
import { byExitCode, failed, passed, type Check } from './types.ts';

const pipelineFiles = (rootDir: string): readonly string[] =>
  globSync(['.gitlab-ci.yml', 'infra/ci/*.yml'], { cwd: rootDir }).toSorted();

/** GitLab publishes the schema of its pipelines; this package carries a copy, so nothing is fetched. */
export const pipelineSchema: Check = {
  name: "pipeline: valid against GitLab's schema",
  tools: [checkJsonschema],
  async run({ rootDir, run, pathOf }) {
    const files = pipelineFiles(rootDir);
    const flags = ['--builtin-schema', 'vendor.gitlab-ci', '--data-transform', 'gitlab-ci'];
    const ran = await run(pathOf(checkJsonschema), [...flags, ...files], { cwd: rootDir });
    return byExitCode(ran, `${files.length} files`);
  },
};

export const pipelineRules: Check = {
  name: 'pipeline: checkov',
  tools: [checkov],
  async run({ rootDir, run, pathOf }) {
    const flags = ['--framework', 'gitlab_ci', '--quiet', '--compact', '--skip-download'];
    const files = pipelineFiles(rootDir).flatMap((file) => ['-f', join(rootDir, file)]);
    const ran = await run(pathOf(checkov), [...flags, ...files]);
    const { good, bad } = totalsOf(ran);
    return bad > 0 ? failed(`${bad} rules broken`, ran.output) : passed(`${good} rules held`);
  },
};

/** Prettier says how lines look; this finds keys given twice, wrong indents of sequences and odd truth values. */
const YAML_RULES = JSON.stringify({
  rules: {
    'key-duplicates': 'enable',
    anchors: { 'forbid-undeclared-aliases': true, 'forbid-duplicated-anchors': true },
    'octal-values': { 'forbid-implicit-octal': true },
    // Fluent Bit's own files say on and off.
    truthy: { 'allowed-values': ['true', 'false', 'on', 'off'], 'check-keys': false },
    'new-line-at-end-of-file': 'enable',
    'trailing-spaces': 'enable',
  },
});

export const yamlFiles: Check = {
  name: 'yaml: keys, anchors, truth values',
  tools: [yamllint],
  async run({ rootDir, run, pathOf }) {
    const patterns = ['.gitlab-ci.yml', 'infra/**/*.{yml,yaml}', 'schemas/**/*.yaml'];
    const chart = [
      'helm/groundswell/{Chart,values}.yaml',
      'helm/groundswell/examples/*/values.yaml',
    ];
    const files = globSync([...patterns, ...chart], { cwd: rootDir });
    const ran = await run(pathOf(yamllint), ['--strict', '-d', YAML_RULES, ...files], {
      cwd: rootDir,
    });
    return byExitCode(ran, `${files.length} files`);
  },
};

export const shellScripts: Check = {
  name: 'shell scripts',
  tools: [shellcheck],
  async run({ rootDir, run, pathOf }) {
    const files = globSync(['infra/**/*.sh', 'tools/**/*.sh'], { cwd: rootDir });
    const ran = await run(pathOf(shellcheck), ['--severity=style', ...files], { cwd: rootDir });
    return byExitCode(ran, `${files.length} scripts`);
  },
};
