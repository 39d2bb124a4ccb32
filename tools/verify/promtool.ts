import { globSync } from 'node:fs';
import { join } from 'node:path';
import { byExitCode, type Check, type Tool } from './types.ts';

const promtool: Tool = { name: 'promtool', source: { kind: 'apt', package: 'prometheus' } };

/** Each alert is seen firing and seen quiet. */
export const promtoolRules: Check = {
  name: 'alert rules and their tests',
  tools: [promtool],
  async run({ rootDir, pathOf, run }) {
    const files = (folder: string): string[] =>
      globSync(join(rootDir, 'infra/observability', folder, '*.yaml'));
    const rules = await run(pathOf(promtool), ['check', 'rules', ...files('rules')]);
    if (rules.code !== 0) return byExitCode(rules, 'rules');
    const tests = files('tests');
    return byExitCode(
      await run(pathOf(promtool), ['test', 'rules', ...tests]),
      `${files('rules').length} rule files, ${tests.length} test files`,
    );
  },
};
