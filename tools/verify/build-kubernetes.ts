import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demand } from './tool-cache.ts';
import type { ToolContext } from './types.ts';

const VERSION = 'v1.34.3';
/** Its staging modules are published as v0.34.3; kube-openapi, utils and klog have numbers of their own. */
const STAGING_VERSION = 'v0.34.3';

/**
 * Builds kube-apiserver and kubectl from the Go module `k8s.io/kubernetes`. Its go.mod points its own parts at folders beside it
 * (`k8s.io/X v0.0.0`), which a consumer must replace; about 4 min on two idle cores.
 */
export async function buildKubernetes(context: ToolContext): Promise<void> {
  const bin = join(context.toolsDir, 'bin');
  if (existsSync(join(bin, 'kube-apiserver')) && existsSync(join(bin, 'kubectl'))) return;
  const dir = join(context.toolsDir, 'kubernetes-build');
  mkdirSync(dir, { recursive: true });
  const go = (args: readonly string[]): Promise<string> =>
    demand(context, 'go', args, { GOFLAGS: '-p=1 -mod=mod -buildvcs=false' }, dir);

  writeFileSync(join(dir, 'go.mod'), 'module kubernetes-build\n\ngo 1.24.0\n');
  const found = JSON.parse(
    await go(['mod', 'download', '-json', `k8s.io/kubernetes@${VERSION}`]),
  ) as {
    readonly GoMod: string;
  };
  const parts = [
    ...readFileSync(found.GoMod, 'utf8').matchAll(/^\s*(k8s\.io\/\S+) v0\.0\.0(?:\s|$)/gm),
  ];
  const replaces = parts.map(([, name = '']) => `replace ${name} => ${name} ${STAGING_VERSION}`);
  writeFileSync(
    join(dir, 'go.mod'),
    `module kubernetes-build\n\ngo 1.24.0\n\n${[...new Set(replaces)].join('\n')}\n`,
  );
  await go(['get', `k8s.io/kubernetes@${VERSION}`]);
  // Unstamped it would call itself v0.0.0, which no chart with a kubeVersion takes.
  const stamp = `-X k8s.io/component-base/version.gitVersion=${VERSION}`;
  for (const name of ['kube-apiserver', 'kubectl']) {
    await go(['build', '-ldflags', stamp, '-o', join(bin, name), `k8s.io/kubernetes/cmd/${name}`]);
  }
}
