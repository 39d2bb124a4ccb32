import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { arch, platform } from 'node:process';
import { join } from 'node:path';
import { demand } from './tool-cache.ts';
import type { ToolContext } from './types.ts';

export const PROVIDER_VERSION = '2.99.1';
const SOURCE = 'registry.terraform.io/digitalocean/digitalocean';

/** Folder that Terraform takes for a mirror of its registry. */
export const mirrorDirOf = (toolsDir: string): string => join(toolsDir, 'terraform-mirror');

/**
 * Builds the DigitalOcean provider from its Go module and lays it out as a filesystem mirror, so that `terraform init` and
 * `validate` use the real one without its registry.
 */
export async function buildProvider(context: ToolContext): Promise<void> {
  const module = `github.com/digitalocean/terraform-provider-digitalocean@v${PROVIDER_VERSION}`;
  const bin = join(context.toolsDir, 'bin');
  const env = { GOBIN: bin, GOFLAGS: '-p=1 -buildvcs=false' };
  await demand(context, 'go', ['install', module], env);
  const architecture = arch === 'x64' ? 'amd64' : arch;
  const dir = join(
    mirrorDirOf(context.toolsDir),
    SOURCE,
    PROVIDER_VERSION,
    `${platform}_${architecture}`,
  );
  mkdirSync(dir, { recursive: true });
  const target = join(dir, `terraform-provider-digitalocean_v${PROVIDER_VERSION}`);
  copyFileSync(join(bin, 'terraform-provider-digitalocean'), target);
  chmodSync(target, 0o755);
}
