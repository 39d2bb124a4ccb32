import { cpSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layOutMirror } from './build-provider.ts';
import {
  newestProviderTypes,
  providerTypes,
  schemaProvider,
  terraform,
  terraformSettings,
} from './toolbox.ts';
import { failed, passed, type Check, type CheckContext, type Outcome, type Ran } from './types.ts';

/** Modules whose logic needs no provider, so that it can be tested wherever Terraform is. */
const pure = ['modules/kafka-plan', 'modules/sizes'];

/** What the stand-in for the provider is made of. */
const provider = [schemaProvider, providerTypes, newestProviderTypes];

/** Faults that the stand-in has to refuse each time: one that took everything would look like a passed check. */
const faults = [
  { dir: 'modules/valkey', from: '"rdb"', to: '"aof"', says: '"aof" is none of' },
  { dir: 'modules/valkey', from: 'ssl  ', to: 'tls  ', says: 'Unsupported argument' },
  {
    dir: 'modules/kafka',
    from: 'type  = "k8s"',
    to: 'type  = "k8s"\n uuid = "1"',
    says: 'only the',
  },
  { dir: 'modules/kafka', from: 'node_count  ', to: '# ', says: 'Missing required argument' },
];

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
  run: (context) => testAll(context, pure, settingsWithout(context)),
};

export const terraformValidate: Check = {
  name: "terraform: validate, provider's schema",
  tools: [terraform, ...provider],
  async run(context) {
    const { run, pathOf } = context;
    const copy = copyTree(context);
    const env = settingsWith(context);
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
    for (const fault of faults) {
      const unseen = await plant(fault, copy, (cwd) =>
        run(pathOf(terraform), ['validate', '-no-color'], { cwd, env }),
      );
      if (unseen !== undefined) return failed(`${fault.dir}: ${fault.to} is not refused`, unseen);
    }
    return passed(`${dirs.length} folders; ${faults.length} planted faults refused`);
  },
};

/** @returns what Terraform said when it did not refuse the fault for its reason */
async function plant(
  { dir, from, to, says }: (typeof faults)[number],
  copy: string,
  validate: (cwd: string) => Promise<Ran>,
): Promise<string | undefined> {
  const file = join(copy, dir, 'main.tf');
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) return `main.tf has no ${from}`;
  writeFileSync(file, text.replace(from, to));
  const ran = await validate(join(copy, dir));
  writeFileSync(file, text);
  return ran.code !== 0 && ran.output.includes(says) ? undefined : ran.output;
}

export const terraformMocked: Check = {
  name: 'terraform: tests with the provider mocked',
  tools: [terraform, ...provider],
  run: (context) => testAll(context, ['modules/platform'], settingsWith(context)),
};

async function testAll(
  context: CheckContext,
  modules: readonly string[],
  env: Settings,
): Promise<Outcome> {
  const { run, pathOf } = context;
  const copy = copyTree(context);
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

type Settings = Readonly<Record<string, string>>;

/** Environment of a Terraform that finds our provider. */
function settingsWith(context: CheckContext): Settings {
  const { workDir, rootDir, pathOf } = context;
  const types = [pathOf(providerTypes), pathOf(newestProviderTypes)] as const;
  const mirror = layOutMirror(pathOf(schemaProvider), types, join(rootDir, 'terraform'), workDir);
  return settings(workDir, mirror);
}

/** Environment of a Terraform that finds none. */
const settingsWithout = ({ workDir }: CheckContext): Settings => settings(workDir, workDir);

const settings = (workDir: string, mirror: string): Settings => ({
  TF_CLI_CONFIG_FILE: terraformSettings(workDir, mirror),
  TF_IN_AUTOMATION: '1',
});
