import type { Door } from './look.ts';

/** Why nothing can be asked at all: a program is missing or too old, or the kubeconfig has no such context. @returns a sentence, or undefined */
export async function findTrouble(
  door: Door,
  context: string | undefined,
): Promise<string | undefined> {
  const helm = await door({ program: 'helm', args: ['version', '--short'] });
  if (helm.code !== 0) return `helm cannot be started: install helm 3.14 or newer${said(helm)}`;
  const [, major = 0, minor = 0] = /v(\d+)\.(\d+)/.exec(helm.stdout) ?? [];
  if (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 14)) {
    return `helm is ${helm.stdout.trim()}: 3.14 or newer is needed`;
  }
  const kubectl = await door({
    program: 'kubectl',
    args: ['config', 'get-contexts', '-o', 'name'],
  });
  if (kubectl.code !== 0) return `kubectl cannot be started: install kubectl${said(kubectl)}`;
  const contexts = kubectl.stdout.split('\n').filter((name) => name !== '');
  if (contexts.length === 0) return 'the kubeconfig has no context: set KUBECONFIG';
  if (context !== undefined && !contexts.includes(context)) {
    return `the kubeconfig has no context ${context}; it has ${contexts.join(', ')}`;
  }
  return undefined;
}

const said = ({ output }: { readonly output: string }): string =>
  output.trim() === '' ? '' : ` (${output.trim().split('\n').at(-1) ?? ''})`;
