import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { readProviderSchema } from './provider-schema/extract.ts';
import { bringUpToDate } from './provider-schema/newest.ts';
import { readNotedValues, withRules } from './provider-schema/values.ts';
import { demand } from './tool-cache.ts';
import type { ToolContext } from './types.ts';

/** Version that the configuration asks for and under which the schema is offered to Terraform. */
const OFFERED_VERSION = '2.99.1';
const SOURCE = 'registry.terraform.io/digitalocean/digitalocean';
const PLUGIN_GO = 'github.com/hashicorp/terraform-plugin-go v0.29.0';
/** Without its dependencies: only its declarations are read. */
const NEWEST_TYPES = '@pulumi/digitalocean@4.80.1';

const sourceDir = join(import.meta.dirname, 'provider-schema');
const sources = ['main.go', 'values.go'];

/** File of the provider in the cache of tools. It names its sources: a provider of older ones would check less and say nothing. */
export const schemaProgram = `bin/provider-schema-${createHash('sha256')
  .update(sources.map((name) => readFileSync(join(sourceDir, `${name}.txt`), 'utf8')).join('\n'))
  .digest('hex')
  .slice(0, 8)}`;

/** Builds the provider that knows only a schema and its values, from `provider-schema/*.go.txt`. */
export async function buildSchemaProvider(context: ToolContext): Promise<void> {
  const dir = join(context.toolsDir, 'provider-build');
  mkdirSync(dir, { recursive: true });
  for (const name of sources) copyFileSync(join(sourceDir, `${name}.txt`), join(dir, name));
  writeFileSync(
    join(dir, 'go.mod'),
    `module provider-schema\n\ngo 1.24.0\n\nrequire ${PLUGIN_GO}\n`,
  );
  const args = ['build', '-o', join(context.toolsDir, schemaProgram), '.'];
  await demand(context, 'go', args, { GOFLAGS: '-p=1 -mod=mod -buildvcs=false' }, dir);
}

/** Fetches the types of the newest provider that npm has. */
export async function fetchNewestTypes(context: ToolContext): Promise<void> {
  const dir = join(context.toolsDir, 'provider-newest');
  mkdirSync(dir, { recursive: true });
  const packed = await demand(context, 'npm', ['pack', '--silent', NEWEST_TYPES], {}, dir);
  await demand(context, 'tar', ['-xzf', packed.trim()], {}, dir);
}

/**
 * Lays the schema out as a mirror of Terraform's registry, so that `terraform init` takes it for the provider.
 * @param types the npm package that types the provider for cdktf, and the one that types a newer provider for Pulumi
 * @returns folder of the mirror
 */
export function layOutMirror(
  program: string,
  types: readonly [string, string],
  terraformDir: string,
  workDir: string,
): string {
  const mirror = join(workDir, 'mirror');
  const architecture = arch === 'x64' ? 'amd64' : arch;
  const dir = join(mirror, SOURCE, OFFERED_VERSION, `${platform}_${architecture}`);
  mkdirSync(dir, { recursive: true });
  const texts = globSync('**/*.tf', { cwd: terraformDir }).map((file) =>
    readFileSync(join(terraformDir, file), 'utf8'),
  );
  const named = texts.flatMap((text) => [...text.matchAll(/^(?:resource|data) "(\w+)"/gm)]);
  const wanted = new Set(named.map(([, type = '']) => type));
  const schema = bringUpToDate(readProviderSchema(types[0], wanted), types[1]);
  writeFileSync(join(dir, 'schema.json'), JSON.stringify(withRules(schema, readNotedValues())));
  copyFileSync(program, join(dir, `terraform-provider-digitalocean_v${OFFERED_VERSION}`));
  return mirror;
}
