import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { readProviderSchema } from './provider-schema/extract.ts';
import { demand } from './tool-cache.ts';
import type { ToolContext } from './types.ts';

/** Version that the configuration asks for and under which the schema is offered to Terraform. */
const OFFERED_VERSION = '2.99.1';
const SOURCE = 'registry.terraform.io/digitalocean/digitalocean';
const PLUGIN_GO = 'github.com/hashicorp/terraform-plugin-go v0.29.0';

/** Builds the provider that knows only a schema, from `provider-schema/main.go.txt`. */
export async function buildSchemaProvider(context: ToolContext): Promise<void> {
  const dir = join(context.toolsDir, 'provider-build');
  mkdirSync(dir, { recursive: true });
  copyFileSync(join(import.meta.dirname, 'provider-schema/main.go.txt'), join(dir, 'main.go'));
  writeFileSync(
    join(dir, 'go.mod'),
    `module provider-schema\n\ngo 1.24.0\n\nrequire ${PLUGIN_GO}\n`,
  );
  const args = ['build', '-o', join(context.toolsDir, 'bin/provider-schema'), '.'];
  await demand(context, 'go', args, { GOFLAGS: '-p=1 -mod=mod -buildvcs=false' }, dir);
}

/**
 * Lays the schema out as a mirror of Terraform's registry, so that `terraform init` takes it for the provider.
 * @param packageDir the npm package that types the provider
 * @returns folder of the mirror
 */
export function layOutMirror(
  program: string,
  packageDir: string,
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
  writeFileSync(join(dir, 'schema.json'), JSON.stringify(readProviderSchema(packageDir, wanted)));
  copyFileSync(program, join(dir, `terraform-provider-digitalocean_v${OFFERED_VERSION}`));
  return mirror;
}
