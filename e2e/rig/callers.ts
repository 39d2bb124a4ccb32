import { createLiveClient, type LiveClient } from '@groundswell/client';
import { worldInstruments, worldInvestors } from '@groundswell/simulator';
import type { Stack } from './stack.ts';

/** A person with a token: asks the API and holds a live connection. */
export interface Caller {
  /** @throws Error on any status but 200 */
  get(path: string): Promise<unknown>;
  /** Answer whatever its status. */
  ask(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  readonly investorKey: string | null;
  token(): Promise<string>;
  live(): LiveClient;
}

export const windowSizes = { '1s': 1_000, '1m': 60_000, '5m': 300_000 } as const;

/** @param investor raw id of the demo, for the persona `investor` */
export async function openCaller(
  stack: Stack,
  persona: 'analyst' | 'investor' | 'ops',
  investor?: string,
): Promise<Caller> {
  const issue = async (): Promise<{ access_token: string; investor_key?: string }> => {
    const response = await fetch(`${stack.service('dev-issuer').url}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(investor === undefined ? { persona } : { persona, investor }),
    });
    if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
    return (await response.json()) as { access_token: string; investor_key?: string };
  };
  const first = await issue();
  const ask: Caller['ask'] = async (path) => {
    const response = await fetch(`${stack.service('serve-api').url}${path}`, {
      headers: { authorization: `Bearer ${first.access_token}` },
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    ask,
    async get(path) {
      const { status, body } = await ask(path);
      if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
      return body;
    },
    investorKey: first.investor_key ?? null,
    token: () => Promise.resolve(first.access_token),
    live: () =>
      createLiveClient({
        url: stack.service('serve-live').url,
        getToken: async () => (await issue()).access_token,
      }),
  };
}

/** Every investor of the demo, each with an own live connection; the first one watches the market and the sources too. */
export interface Audience {
  readonly callers: readonly Caller[];
  /** In the order of `callers`. */
  readonly clients: readonly LiveClient[];
  /** Channels that the first one watches besides its own. */
  readonly marketChannels: readonly string[];
  /** How often a channel was answered with each verdict. */
  readonly verdicts: ReadonlyMap<string, number>;
  close(): void;
}

export async function openAudience(stack: Stack): Promise<Audience> {
  const callers = await Promise.all(
    worldInvestors.map(({ id }) => openCaller(stack, 'investor', id)),
  );
  const verdicts = new Map<string, number>();
  const clients = callers.map((caller) => caller.live());
  const marketChannels = worldInstruments.flatMap(({ product }) => [
    `price:crypto:${product}`,
    ...Object.keys(windowSizes).map((size) => `market:crypto:${product}:${size}`),
  ]);
  const watch = (client: LiveClient | undefined, channel: string): void => {
    client?.subscribe(channel, {
      onVerdict(answer) {
        const verdict = 'error' in answer ? `refused ${answer.error.status}` : answer.verdict;
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      },
    });
  };
  for (const channel of [...marketChannels, 'sources']) watch(clients[0], channel);
  clients.forEach((client, index) => {
    watch(client, `investor:${callers[index]?.investorKey}`);
  });
  return {
    callers,
    clients,
    marketChannels,
    verdicts,
    close: () => {
      for (const client of clients) client.close();
    },
  };
}
