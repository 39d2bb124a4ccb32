import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveFrame, LiveItem, MarketData, SubscribeRequest } from '@groundswell/schemas';
import { Server, type Socket } from 'socket.io';
import type { SentimentData } from '../../src/lib/mood.ts';
import type { PostData } from '../../src/lib/posts.ts';
import { fakeNowMs } from './fake-clock.ts';
import { fakeLedgerAnswer } from './fake-ledger.ts';
import { fakeChannels, fakeInstruments, INVESTOR_KEY } from './fake-world.ts';

/** A gateway of the channel protocol (I14) whose every state a test can ask for. */
export interface FakeGateway {
  readonly url: string;
  /** Channels in the order they were asked for. */
  readonly subscribed: readonly string[];
  publish(channel: string, ...items: LiveItem[]): void;
  degrade(detail: string | null): void;
  /** Void every cursor: clients take a new snapshot, told as a gap. */
  loseItems(): void;
  /** Answer new subscriptions without a gap again. */
  forget(): void;
  /** Drop every client and take none until `open`. */
  shut(): void;
  open(): void;
  stop(): Promise<void>;
}

export async function startFakeGateway(channels: Map<string, LiveItem[]>): Promise<FakeGateway> {
  const http = createServer();
  const io = new Server(http, { cors: { origin: true }, transports: ['websocket'] });
  const seqs = new Map<string, number>();
  const subscribed: string[] = [];
  let epoch = 1;
  let isShut = false;
  let verdict: 'resynced' | 'gap' = 'resynced';

  io.use((socket, next) => {
    if (isShut) next(new Error('shut'));
    else if (typeof socket.handshake.auth['token'] !== 'string') {
      next(
        Object.assign(new Error('401'), {
          data: { status: 401, type: 'about:blank', title: 'no' },
        }),
      );
    } else next();
  });
  io.on('connection', (socket: Socket) => {
    socket.emit('session', { expires_in_ms: 600_000 });
    socket.on('subscribe', ({ channel }: SubscribeRequest, ack: (answer: unknown) => void) => {
      subscribed.push(channel);
      const mine = String(socket.handshake.auth['token']).includes('investor');
      if (
        channel.startsWith('investor:') &&
        !mine &&
        !String(socket.handshake.auth['token']).includes('ops')
      ) {
        ack({
          error: { type: 'urn:groundswell:problem:forbidden', title: 'Not allowed', status: 403 },
        });
        return;
      }
      void socket.join(channel);
      ack({
        verdict,
        epoch: `e${String(epoch)}`,
        seq: seqs.get(channel) ?? 0,
        snapshot: channels.get(channel) ?? [],
      });
    });
    socket.on('unsubscribe', ({ channel }: { channel: string }) => void socket.leave(channel));
    socket.on('authenticate', (_: unknown, ack: (answer: unknown) => void) => {
      ack({ expires_in_ms: 600_000 });
    });
  });
  const url = await listen(http);

  return {
    url,
    subscribed,
    publish(channel, ...items) {
      const held = new Map((channels.get(channel) ?? []).map((item) => [item.key, item]));
      for (const item of items) held.set(item.key, item);
      channels.set(channel, [...held.values()]);
      const from = seqs.get(channel) ?? 0;
      seqs.set(channel, from + items.length);
      const frame: LiveFrame = {
        ...{ channel, epoch: `e${String(epoch)}`, from, items },
        seq: from + items.length,
      };
      io.to(channel).emit('frame', [frame]);
    },
    degrade(detail) {
      const state = detail === null ? 'live' : 'degraded';
      io.emit('gateway', { state, since: new Date(0).toISOString(), detail });
    },
    loseItems() {
      epoch += 1;
      verdict = 'gap';
      io.disconnectSockets(true);
    },
    forget() {
      verdict = 'resynced';
    },
    shut() {
      isShut = true;
      io.disconnectSockets(true);
    },
    open() {
      isShut = false;
    },
    stop: async () => {
      await io.close();
    },
  };
}

/** Body of an answer; null when these scopes may not read it. */
export type FakeAnswer = (query: URLSearchParams, scopes: readonly string[]) => unknown;

/** REST and issuer in one; tokens are `fake.<persona>`. */
export interface FakeBackend {
  readonly url: string;
  /** Answer every REST read with this status; null = properly. */
  failWith: number | null;
  /** Answers that a test brings along, by path. */
  readonly answers: Map<string, FakeAnswer>;
  stop(): Promise<void>;
}

const scopesOf: Readonly<Record<string, readonly string[]>> = {
  viewer: ['features:read'],
  analyst: ['features:read', 'history:read'],
  investor: ['features:read', 'investor:self'],
  ops: ['features:read', 'history:read', 'ops'],
};

export async function startFakeBackend(): Promise<FakeBackend> {
  const backend = { failWith: null as number | null, answers: new Map<string, FakeAnswer>() };
  const server = createServer((req, res) => {
    void answer(req, res, backend);
  });
  const url = await listen(server);
  return Object.assign(backend, {
    url,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  });
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  backend: Pick<FakeBackend, 'failWith' | 'answers'>,
): Promise<void> {
  res.setHeader('access-control-allow-origin', req.headers.origin ?? '*');
  res.setHeader('access-control-allow-headers', 'authorization, content-type');
  const send = (status: number, body: unknown) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const problem = (status: number, name: string, detail: string) =>
    send(status, {
      type: `urn:groundswell:problem:${name}`,
      ...{ title: name, status, detail, trace_id: '0'.repeat(32) },
    });
  if (req.method === 'OPTIONS') return void res.writeHead(204).end();
  const { pathname: path, searchParams } = new URL(req.url ?? '/', 'http://x');
  if (path === '/personas') {
    const personas = Object.entries(scopesOf).map(([name, scopes]) => [
      name,
      { scopes, summary: `acts as ${name}` },
    ]);
    return void send(200, { personas: Object.fromEntries(personas) as unknown });
  }
  if (path === '/token') return void send(200, tokenOf(await bodyOf(req)));
  if (backend.failWith !== null) {
    return void problem(backend.failWith, 'outage', 'The store does not answer.');
  }
  const persona = (req.headers.authorization ?? '').split('.')[1] ?? '';
  const scopes = scopesOf[persona] ?? [];
  const brought = backend.answers.get(decodeURIComponent(path));
  if (brought !== undefined) {
    const body = brought(searchParams, scopes);
    if (body === null) return void problem(403, 'forbidden', path);
    return void send(200, body);
  }
  if (path === '/v1/instruments') {
    return void send(200, {
      as_of: new Date().toISOString(),
      items: fakeInstruments,
      next_cursor: null,
    });
  }
  const ledger = fakeLedgerAnswer(decodeURIComponent(path), searchParams);
  if (ledger !== null) {
    const mayRead = scopes.includes('investor:self') || scopes.includes('ops');
    if (!mayRead) return void problem(404, 'unknown-value', 'Nothing is known of this entity.');
    return void send(200, ledger);
  }
  if (path.endsWith('/history')) {
    return void send(200, { items: historyOf(path, searchParams), next_cursor: null });
  }
  if (path.endsWith('/revisions')) {
    if (!scopes.includes('history:read')) return void problem(403, 'forbidden', 'history:read');
    const items = path.includes('sentiment.window') ? moodRevisions() : revisions();
    return void send(200, { items, next_cursor: null });
  }
  if (path.endsWith('/posts')) return void send(200, postPage(path, searchParams));
  if (path === '/v1/ops/conservation') {
    if (!scopes.includes('ops')) return void problem(403, 'forbidden', 'ops');
    return void send(200, conservation());
  }
  return void problem(404, 'not-found', path);
}

async function bodyOf(req: IncomingMessage): Promise<{ persona: string }> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return JSON.parse(text) as { persona: string };
}

function tokenOf({ persona }: { readonly persona: string }) {
  return {
    access_token: `fake.${persona}`,
    token_type: 'Bearer',
    expires_in: 900,
    scope: (scopesOf[persona] ?? []).join(' '),
    ...(persona === 'investor' ? { investor_key: INVESTOR_KEY } : {}),
  };
}

function revisions() {
  const bar = fakeChannels(fakeNowMs()).get('market:crypto:TIDE-USD:1m')?.at(-1)
    ?.data as MarketData;
  return [1, 2, 3, 4].map((revision) => ({
    lineage: 1,
    revision,
    status: 'PROVISIONAL',
    n: revision * 21,
    late_count: 0,
    watermark: bar.watermark,
    known_at: new Date(fakeNowMs() - (5 - revision) * 4000).toISOString(),
    cause: 'UPDATE',
    value: { ...bar, close: (187.4 + revision / 100).toFixed(2) },
  }));
}

/** What the channels hold, as the API's history tells it; only for questions about another time. */
function historyOf(path: string, query: URLSearchParams) {
  const knownAt = query.get('known_at');
  if (knownAt === null) return [];
  const [, set = '', entity = ''] = /features\/([^/]+)\/([^/]+)\/history/.exec(path) ?? [];
  const [instrument] = decodeURIComponent(entity).split('@');
  const kind = set === 'market.bar' ? 'market' : 'sentiment';
  const channel = `${kind}:${String(instrument)}:${String(query.get('window_size'))}`;
  return (fakeChannels(fakeNowMs()).get(channel) ?? []).flatMap(({ data }) => {
    const value = data as MarketData;
    if (Date.parse(value.known_at) > Date.parse(knownAt)) return [];
    const { window_size_ms: size_ms, window_start: start, window_end: end } = value;
    return [{ ...value, window: { size_ms, start, end }, value }];
  });
}

/** Posts of an instrument in the asked span, as the API weighs them. */
function postPage(path: string, query: URLSearchParams) {
  const instrument = decodeURIComponent(path).split('/')[3] ?? '';
  const [from, to] = ['from', 'to'].map((name) => Date.parse(query.get(name) ?? ''));
  const items = (fakeChannels(fakeNowMs()).get(`posts:${instrument}`) ?? []).flatMap(({ data }) => {
    const post = data as PostData;
    const timeMs = Date.parse(post.event_time);
    if (timeMs < (from ?? 0) || timeMs >= (to ?? 0)) return [];
    const weight = post.content_hash === 'moon' ? 0.31 : 1 / post.symbol_count;
    return [{ ...post, weight, share: (weight * post.score) / 40 }];
  });
  return { as_of: new Date().toISOString(), items, considered: items.length, next_cursor: null };
}

function moodRevisions() {
  const mood = fakeChannels(fakeNowMs()).get('sentiment:crypto:TIDE-USD:5m')?.at(-1)
    ?.data as SentimentData;
  return [0.31, 0.44, 0.47].map((sentiment, index) => ({
    lineage: 1,
    revision: [1, 8, 11][index],
    status: 'PROVISIONAL',
    n: [9, 81, 112][index],
    late_count: 0,
    watermark: mood.watermark,
    known_at: new Date(fakeNowMs() - (3 - index) * 31_000).toISOString(),
    cause: index === 2 ? 'LATE' : 'UPDATE',
    value: { ...mood, weighted: { ...mood.weighted, sentiment } },
  }));
}

function conservation() {
  const row = (
    topic: string,
    group: string,
    partition: number,
    offsets: number,
    deduped: number,
  ) => ({
    group,
    task: partition,
    topic,
    partition,
    first_offset: '0',
    next_offset: String(offsets),
    applied: offsets - deduped - 5,
    deduped,
    late: 1,
    dead: 4,
    erased: 0,
    markers: 0,
    balanced: true,
  });
  const checkpoints = Array.from({ length: 6 }, (_, partition) => [
    row('market.trade.v1', 'derive-market', partition, 8_035_073 + partition, 101),
    row('brokerage.transaction.v1', 'derive-behaviour', partition, 14_735, 4),
    row('market.mark.v1', 'derive-behaviour', partition, 120_882, 0),
  ]).flat();
  return { as_of: new Date().toISOString(), balanced: true, checkpoints };
}

async function listen(server: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
