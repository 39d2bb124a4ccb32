import { cpSync, existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layOutMirror } from './build-provider.ts';
import { providerTypes, schemaProvider, terraform, terraformSettings } from './toolbox.ts';
import { failed, passed, type Check, type CheckContext, type Outcome } from './types.ts';

/** Modules whose logic needs no provider, so that it can be tested wherever Terraform is. */
const pure = ['modules/kafka-plan', 'modules/sizes'];

export const terraformFormat: Check = {
  name: 'terraform: fmt -check',
  tools: [terraform],
  async run({ rootDir, run, pathOf }) {
    const args = ['fmt', '-check', '-recursive', '-diff', join(rootDir, 'terraform')];
    const ran = await run(pathOf(terraform), args);
    return ran.code === 0
      ? passed('every file')
      : failed('terraform fmt -recursive terraform', ran.output);
  },
};

export const terraformPlans: Check = {
  name: 'terraform: tests of topics, rights, sizes',
  tools: [terraform],
  run: (context) => testAll(context, pure),
};

export const terraformValidate: Check = {
  name: "terraform: validate, provider's schema",
  tools: [terraform, schemaProvider, providerTypes],
  async run(context) {
    const { run, pathOf } = context;
    const copy = copyTree(context);
    const env = environment(context);
    const dirs = globSync('{modules,environments}/*/versions.tf', { cwd: copy })
      .map(dirname)
      .sort();
    for (const dir of dirs) {
      const options = { cwd: join(copy, dir), env };
      for (const args of [['init', '-backend=false', '-input=false'], ['validate']]) {
        const ran = await run(pathOf(terraform), [...args, '-no-color'], options);
        if (ran.code !== 0) return failed(`${dir}: ${args[0] ?? ''}`, ran.output);
      }
    }
    return passed(`${dirs.length} folders`);
  },
};

export const terraformMocked: Check = {
  name: 'terraform: tests with the provider mocked',
  tools: [terraform, schemaProvider, providerTypes],
  run: (context) => testAll(context, ['modules/platform']),
};

async function testAll(context: CheckContext, modules: readonly string[]): Promise<Outcome> {
  const { run, pathOf } = context;
  const copy = copyTree(context);
  const env = environment(context);
  let count = 0;
  for (const module of modules) {
    const options = { cwd: join(copy, module), env };
    for (const args of [['init', '-input=false'], ['test']]) {
      const ran = await run(pathOf(terraform), [...args, '-no-color'], options);
      if (ran.code !== 0) return failed(`${module}: ${args[0] ?? ''}`, ran.output);
      count += Number(/(\d+) passed, 0 failed/.exec(ran.output)?.[1] ?? 0);
    }
  }
  return count > 0 ? passed(`${count} runs`) : failed('no test ran');
}

/** Terraform writes beside what it reads: it gets a copy. */
function copyTree({ rootDir, workDir }: CheckContext): string {
  const copy = join(workDir, 'terraform');
  if (!existsSync(copy)) {
    cpSync(join(rootDir, 'terraform'), copy, {
      recursive: true,
      filter: (path) => !path.endsWith('/.terraform'),
    });
  }
  return copy;
}

function environment(context: CheckContext): Readonly<Record<string, string>> {
  const { workDir, rootDir, pathOf } = context;
  const terraformDir = join(rootDir, 'terraform');
  const program = pathOf(schemaProvider);
  const mirror = existsSync(program)
    ? layOutMirror(program, pathOf(providerTypes), terraformDir, workDir)
    : workDir;
  return { TF_CLI_CONFIG_FILE: terraformSettings(workDir, mirror), TF_IN_AUTOMATION: '1' };
}
