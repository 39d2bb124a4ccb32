import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { etcd, kubeApiServer, kubectl } from './toolbox.ts';
import type { CheckContext, Outcome, Tool } from './types.ts';

const TOKEN = 'verify-deploy-only';

/** Tools that `withServer` needs; a check that calls it names them. */
export const serverTools: readonly Tool[] = [kubeApiServer, kubectl, etcd];

/** A real API server with etcd for the time of `use`, which gets the kubeconfig of an administrator. There are no nodes and no controllers. */
export async function withServer(
  context: CheckContext,
  use: (kubeconfig: string) => Promise<Outcome>,
): Promise<Outcome> {
  const started: { kill: () => void }[] = [];
  try {
    return await use(await startServer(context, started));
  } finally {
    for (const one of started.reverse()) one.kill();
    await sleep(500); // their files go with the folder
  }
}

/** etcd and kube-apiserver on free ports of this machine. */
async function startServer(
  context: CheckContext,
  started: { kill: () => void }[],
): Promise<string> {
  const { workDir, pathOf, run } = context;
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const start = (program: string, log: string, args: readonly string[]): void => {
    const out = openSync(join(workDir, log), 'w');
    const child = spawn('nice', ['-n', '19', program, ...args], { stdio: ['ignore', out, out] });
    started.push({ kill: () => child.kill('SIGKILL') });
  };
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  start(pathOf(etcd), 'etcd.log', [
    `--data-dir=${workDir}/etcd`,
    `--listen-client-urls=${at(client)}`,
    `--advertise-client-urls=${at(client)}`,
    `--listen-peer-urls=${at(peer)}`,
    `--initial-advertise-peer-urls=${at(peer)}`,
    `--initial-cluster=default=${at(peer)}`,
  ]);
  const key = join(workDir, 'service-account.key');
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(key, pair.privateKey.export({ type: 'pkcs1', format: 'pem' }));
  writeFileSync(join(workDir, 'tokens.csv'), `${TOKEN},admin,admin,system:masters\n`);
  start(pathOf(kubeApiServer), 'kube-apiserver.log', [
    `--etcd-servers=${at(client)}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--token-auth-file=${workDir}/tokens.csv`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--cert-dir=${workDir}/certificates`,
    '--bind-address=127.0.0.1',
    `--secure-port=${secure}`,
    '--disable-admission-plugins=ServiceAccount',
  ]);
  const kubeconfig = join(workDir, 'kubeconfig');
  const cluster = { server: `https://127.0.0.1:${secure}`, 'insecure-skip-tls-verify': true };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'verify', cluster }],
      users: [{ name: 'admin', user: { token: TOKEN } }],
      contexts: [{ name: 'verify', context: { cluster: 'verify', user: 'admin' } }],
      'current-context': 'verify',
    }),
  );
  for (let attempt = 0; attempt < 180; attempt += 1) {
    const ready = await run(pathOf(kubectl), ['get', '--raw', '/readyz'], {
      env: { KUBECONFIG: kubeconfig },
    });
    if (ready.code === 0) return kubeconfig;
    await sleep(1000);
  }
  throw new Error(
    `no API server after 3 min: ${readFileSync(join(workDir, 'kube-apiserver.log'), 'utf8').slice(-2000)}`,
  );
}
