import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { isComplete } from './downloads.ts';
import { endpointOf, externalAddress, redacted } from './external.ts';
import { isInstalled } from './install.mjs';
import { lockHolder } from './lock.ts';
import { installedRedis } from './parts/redis.ts';
import { defaultPartsDir, groundswellDir, repositoryDir, statePaths } from './paths.ts';
import { defaultPorts, isPortFree } from './ports.ts';
import { tcpAnswers } from './probes.ts';
import { checkRequirements } from './requirements.mjs';
import { services } from './services.ts';
import { partNames, partVariables } from './types.ts';

/** One line of `npm run doctor`. `note`: it works, but not as one may expect. */
export interface Diagnosis {
  readonly tool: string;
  readonly wanted: string;
  readonly found: string;
  readonly verdict: 'ok' | 'note' | 'missing';
  readonly fix: string;
}

const wantedDiskGiB = 5;
/** The whole platform stays below this. */
const wantedMemoryGiB = 3;
const bytesPerGiB = 1024 ** 3;

/** Everything worth checking before a start, in the order in which it is needed. */
export async function findings(env: NodeJS.ProcessEnv): Promise<readonly Diagnosis[]> {
  return [
    ...(await tools(env)),
    packages(),
    ...(await programs(env)),
    disk(),
    memory(),
    ...(await environmentParts(env)),
    ...(await ports()),
  ];
}

async function tools(env: NodeJS.ProcessEnv): Promise<readonly Diagnosis[]> {
  return (await checkRequirements(env)).map(({ requirement, found, needed, ok }) => ({
    tool: requirement.tool,
    wanted: needed ? requirement.wanted : `${requirement.wanted}, not needed now`,
    found: found ?? 'nothing',
    verdict: ok ? 'ok' : 'missing',
    fix: `${requirement.apt} | ${requirement.brew}`,
  }));
}

function packages(): Diagnosis {
  const ok = isInstalled(repositoryDir);
  return {
    tool: 'packages',
    wanted: 'as in package-lock.json',
    found: ok ? 'installed' : 'missing or outdated',
    verdict: ok ? 'ok' : 'note',
    fix: 'npm start installs them',
  };
}

async function programs(env: NodeJS.ProcessEnv): Promise<readonly Diagnosis[]> {
  const redis = await installedRedis(env);
  const downloaded = (part: string): Diagnosis => {
    const ok = isComplete(path.join(defaultPartsDir, part));
    return {
      tool: `${part} program`,
      wanted: 'downloaded',
      found: ok ? 'downloaded' : 'not yet',
      verdict: ok ? 'ok' : 'note',
      fix: 'npm start downloads it',
    };
  };
  const tar = await canRun('tar', env);
  return [
    downloaded('kafka'),
    downloaded('registry'),
    redis === undefined
      ? downloaded('redis')
      : { tool: 'redis program', wanted: '>= 6.2', found: redis, verdict: 'ok', fix: '' },
    {
      tool: 'tar',
      wanted: 'any',
      found: tar ? 'tar' : 'nothing',
      verdict: tar ? 'ok' : 'missing',
      fix: 'apt-get install tar',
    },
  ];
}

async function canRun(command: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  try {
    await promisify(execFile)(command, ['--version'], { env });
    return true;
  } catch {
    return false;
  }
}

function disk(): Diagnosis {
  const { bavail, bsize } = fs.statfsSync(repositoryDir);
  const freeGiB = (bavail * bsize) / bytesPerGiB;
  return {
    tool: 'disk',
    wanted: `>= ${wantedDiskGiB} GiB free`,
    found: `${freeGiB.toFixed(1)} GiB free`,
    verdict: freeGiB >= wantedDiskGiB ? 'ok' : 'missing',
    fix: 'free some space, or npm run reset',
  };
}

function memory(): Diagnosis {
  // What the system would hand out, caches included; a container's limit comes first.
  const availableGiB = process.availableMemory() / bytesPerGiB;
  return {
    tool: 'memory',
    wanted: `>= ${wantedMemoryGiB} GiB available`,
    found: `${availableGiB.toFixed(1)} of ${(os.totalmem() / bytesPerGiB).toFixed(1)} GiB available`,
    verdict: availableGiB >= wantedMemoryGiB ? 'ok' : 'note',
    fix: 'close something large',
  };
}

async function environmentParts(env: NodeJS.ProcessEnv): Promise<readonly Diagnosis[]> {
  return Promise.all(
    partNames.map(async (part): Promise<Diagnosis> => {
      const tool = partVariables[part];
      const address = externalAddress(part, env);
      if (address === undefined)
        return { tool, wanted: 'optional', found: 'not set: started here', verdict: 'ok', fix: '' };
      const { host, port } = endpointOf(part, address);
      const answers = await tcpAnswers(host, port);
      return {
        tool,
        wanted: 'answers',
        found: `${redacted(address)} ${answers ? 'answers' : 'does not answer'}`,
        verdict: answers ? 'ok' : 'missing',
        fix: `start it, or unset ${tool}`,
      };
    }),
  );
}

async function ports(): Promise<readonly Diagnosis[]> {
  const holder = lockHolder(statePaths(groundswellDir).lock);
  const wanted = [
    ...Object.entries(defaultPorts),
    ...services.flatMap(({ name, ports: own }) =>
      Object.entries(own).map(([variable, port]): [string, number] => [
        variable === 'PORT' ? name : `${name} ${variable}`,
        port,
      ]),
    ),
  ];
  const taken: string[] = [];
  for (const [name, port] of wanted) if (!(await isPortFree(port))) taken.push(`${port} (${name})`);
  const running = holder !== undefined;
  return [
    {
      tool: 'ports',
      wanted: `${wanted.length} free`,
      found: running
        ? `Groundswell runs as process ${holder.pid}`
        : taken.length === 0
          ? 'all free'
          : `taken: ${taken.join(', ')}`,
      verdict: running || taken.length === 0 ? 'ok' : 'note',
      fix: 'the next free ones are taken and printed',
    },
  ];
}
