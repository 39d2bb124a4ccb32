import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from './errors.ts';
import { tcpAnswers } from './probes.ts';
import { type PartName, partVariables } from './types.ts';

const defaultPortByScheme: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'rediss:': 6379,
};
const answerWithinMs = 10_000;

/** The address of a part that the environment names; undefined when it names none. */
export function externalAddress(part: PartName, env: NodeJS.ProcessEnv): string | undefined {
  const value = env[partVariables[part]]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** Host and port to try: the first broker of a list, or the host of a URL. @throws PlatformError when it is neither */
export function endpointOf(part: PartName, address: string): { host: string; port: number } {
  const url = URL.parse(part === 'kafka' ? `kafka://${address.split(',')[0]}` : address);
  const port = Number(url?.port) || defaultPortByScheme[url?.protocol ?? ''];
  if (url === null || url.hostname === '' || port === undefined) {
    throw new PlatformError(`${partVariables[part]} is not an address: ${redacted(address)}.`);
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** Waits until the external part accepts connections. @throws PlatformError in one sentence when it does not */
export async function awaitExternal(
  part: PartName,
  address: string,
  signal: AbortSignal,
): Promise<void> {
  const { host, port } = endpointOf(part, address);
  const deadlineMs = Date.now() + answerWithinMs;
  while (!(await tcpAnswers(host, port))) {
    if (Date.now() > deadlineMs) {
      throw new PlatformError(
        `${partVariables[part]} names ${host}:${port}, where nothing answers: start it, or unset the variable to have it started here.`,
      );
    }
    await delay(250, undefined, { signal });
  }
}

/** The address without its password, for people and logs. */
export function redacted(address: string): string {
  return address.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:***@');
}
