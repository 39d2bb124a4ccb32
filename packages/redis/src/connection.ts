import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { InvariantError, toError } from '@groundswell/domain';
import { asUntrustedPeer, tlsOptions, type Logger, type RedisAccess } from '@groundswell/runtime';
import { Redis as Client } from 'ioredis';
import { convertError, RedisUnavailableError } from './errors.ts';
import { createKeys, type Keys } from './keys.ts';

/** `rediss://` is TLS with a checked certificate. A user or password of its own wins over the URL's. */
export interface RedisOptions extends Partial<RedisAccess> {
  readonly url: string;
  readonly lane: string;
  readonly log: Logger;
  /** How long one command may take before it counts as an outage. @default 2000 */
  readonly commandTimeoutMs?: number;
}

/**
 * One connection to Redis in one lane. It connects in the background and reconnects for ever; while it is known to be down every
 * command fails at once with RedisUnavailableError, so callers can fall back or pause. Holds nothing that Postgres or a topic
 * cannot restore (I12).
 */
export interface Redis {
  readonly keys: Keys;
  /** Run one exchange; errors of the library become ours. */
  run<T>(exchange: (client: Client) => Promise<T>): Promise<T>;
  /** Run `scripts/<name>.lua` by its hash; it is loaded again when the server does not know it (restart, failover). */
  script(
    name: ScriptName,
    keys: readonly string[],
    args: readonly (string | Buffer)[],
  ): Promise<unknown>;
  /**
   * Which start of the server answers on the present connection: a new id after each restart, so data that were on disk for a while
   * can be told from data that were in memory all the time. Asked once per connection.
   * @throws RedisUnavailableError
   */
  serverId(): Promise<string>;
  /** @throws RedisUnavailableError */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export type ScriptName = 'project' | 'complete-rebuild' | 'take-tokens';

export function createRedis(options: RedisOptions): Redis {
  const { url, lane, log, commandTimeoutMs = 2000 } = options;
  let down = false;
  const client = new Client(url, {
    ...protectionOf(options),
    connectionName: 'groundswell',
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    // A command is never sent twice by the library: the caller knows what an unknown outcome means.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => {
      refresh();
      return Math.min(50 * 2 ** Math.min(attempt, 5), 1000);
    },
    enableAutoPipelining: true,
  });
  /** A rotated password or authority counts from the next connection on (S80). */
  function refresh(): void {
    try {
      Object.assign(client.options, protectionOf(options));
    } catch (thrown) {
      log.warn('secrets of redis cannot be read, the old ones stay', { error: toError(thrown) });
    }
  }
  client.on('ready', () => {
    if (down) log.info('redis is back');
    down = false;
  });
  let server: Promise<string> | null = null;
  client.on('close', () => {
    server = null;
    if (!down) log.warn('redis connection lost');
    down = true;
  });
  client.on('error', (error: Error) => {
    const untrusted = asUntrustedPeer(error, 'Redis');
    // Redis may be away, so commands report an outage either way; only here is said that it will not pass by itself.
    if (untrusted === null) log.debug('redis error', { error });
    else log.error('redis is not trusted', { error: untrusted });
  });

  async function run<T>(exchange: (client: Client) => Promise<T>): Promise<T> {
    if (down) throw new RedisUnavailableError();
    try {
      return await exchange(client);
    } catch (thrown) {
      throw convertError(thrown);
    }
  }

  const scripts = new Map<ScriptName, { readonly text: string; readonly sha1: string }>();
  function scriptOf(name: ScriptName): { readonly text: string; readonly sha1: string } {
    let script = scripts.get(name);
    if (script === undefined) {
      const text = readFileSync(
        fileURLToPath(import.meta.resolve(`@groundswell/redis/scripts/${name}.lua`)),
        'utf8',
      );
      script = { text, sha1: createHash('sha1').update(text).digest('hex') };
      scripts.set(name, script);
    }
    return script;
  }

  async function askServerId(): Promise<string> {
    const id = /^run_id:(\w+)/m.exec(await run((it) => it.info('server')))?.[1];
    if (id === undefined) throw new InvariantError('the server tells no run id');
    return id;
  }

  return {
    keys: createKeys(lane),
    run,
    script: (name, keys, args) =>
      run(async () => {
        const { text, sha1 } = scriptOf(name);
        try {
          return await client.evalsha(sha1, keys.length, ...keys, ...args);
        } catch (thrown) {
          if (!toError(thrown).message.startsWith('NOSCRIPT')) throw thrown;
          await client.script('LOAD', text);
          return client.evalsha(sha1, keys.length, ...keys, ...args);
        }
      }),
    serverId: () => {
      if (server === null) {
        const asked = askServerId();
        server = asked;
        asked.catch(() => {
          if (server === asked) server = null;
        });
      }
      return server;
    },
    ping: () =>
      run(async (it) => {
        await it.ping();
      }),
    close: () => {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

function protectionOf(options: RedisOptions): {
  readonly tls?: ConnectionOptions;
  readonly username?: string;
  readonly password?: string;
} {
  const { url, tls = {}, username = null, password = null } = options;
  return {
    ...(url.startsWith('rediss:') ? { tls: tlsOptions(tls, new URL(url).hostname) } : {}),
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: password.read() }),
  };
}
