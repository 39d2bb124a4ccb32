import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenSigner, type TokenSigner } from '@groundswell/auth';
import { investorKeyOf, isPersona, personas, type Persona } from './personas.ts';

export interface DevIssuerOptions {
  /** Address to listen on; a container needs another one than the loopback. @default '127.0.0.1' */
  readonly host?: string;
  /** Address by which browsers reach it, and `iss` of its tokens. @default where it listens */
  readonly publicUrl?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** P-256 private key, PKCS#8 PEM. */
  readonly privateKeyPem: string;
  readonly audience: string;
  readonly investorHmacKey: string;
  /** @default 'demo' */
  readonly tenant?: string;
  /** Browser origins that may ask for tokens. */
  readonly allowedOrigins: readonly string[];
  /** @default 15 minutes */
  readonly lifetimeMs?: number;
  readonly clock: { nowMs(): number };
  /** Answers health checks; true if it did. */
  readonly healthRoutes?: (req: IncomingMessage, res: ServerResponse) => boolean;
}

export interface DevIssuer {
  /** `iss` of its tokens and base of its addresses. */
  readonly url: string;
  readonly jwksUrl: string;
  issue(persona: Persona, investor?: string, lifetimeMs?: number): Promise<IssuedToken>;
  stop(): Promise<void>;
}

export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
  readonly investor_key?: string;
}

const MAX_BODY_BYTES = 4096;
const LOOPBACK = '127.0.0.1';

/**
 * A token issuer for development: it gives a token to whoever asks, so unless told otherwise it listens on the loopback address only.
 * `POST /token {persona, investor?}`, `GET /personas`, `GET /.well-known/{jwks.json,openid-configuration}`.
 */
export async function createDevIssuer(options: DevIssuerOptions): Promise<DevIssuer> {
  const server = createServer((req, res) => {
    if (options.healthRoutes?.(req, res) === true) return;
    handle(req, res).catch(() => {
      send(res, 500, problem(500, 'the issuer failed'));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? LOOPBACK, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = options.publicUrl ?? `http://${options.host ?? LOOPBACK}:${String(port)}`;
  const signer: TokenSigner = await createTokenSigner({ ...options, issuer: url });

  async function issue(
    persona: Persona,
    investor?: string,
    lifetimeMs = options.lifetimeMs ?? 15 * 60_000,
  ): Promise<IssuedToken> {
    const { scopes } = personas[persona];
    const investorKey =
      persona === 'investor'
        ? investorKeyOf(options.investorHmacKey, options.tenant ?? 'demo', investor ?? '')
        : undefined;
    const token = await signer.sign({
      subject: investorKey ?? `dev-${persona}`,
      scopes,
      lifetimeMs,
      ...(investorKey === undefined ? {} : { investorKey }),
    });
    return {
      access_token: token,
      token_type: 'Bearer',
      expires_in: Math.floor(lifetimeMs / 1000),
      scope: scopes.join(' '),
      ...(investorKey === undefined ? {} : { investor_key: investorKey }),
    };
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    allowOrigin(req, res, options.allowedOrigins);
    // Another host name that resolves to this machine would let any web page ask (DNS rebinding). The keys are for everybody: services
    // beside this one know it by a name of their own.
    const isKeys = req.url?.startsWith('/.well-known/') === true;
    if (!isKeys && req.headers.host !== new URL(url).host) {
      send(res, 421, problem(421, 'unknown host'));
      return;
    }
    switch (`${req.method ?? ''} ${req.url ?? ''}`) {
      case 'OPTIONS /token':
        res.writeHead(204).end();
        return;
      case 'GET /.well-known/jwks.json':
        send(res, 200, { keys: [signer.publicKey] });
        return;
      case 'GET /.well-known/openid-configuration':
        send(res, 200, {
          issuer: url,
          jwks_uri: `${url}/.well-known/jwks.json`,
          token_endpoint: `${url}/token`,
          id_token_signing_alg_values_supported: ['ES256'],
        });
        return;
      case 'GET /personas':
        send(res, 200, { personas });
        return;
      case 'POST /token':
        await answerToken(req, res);
        return;
      default:
        send(res, 404, problem(404, 'no such address'));
    }
  }

  async function answerToken(req: IncomingMessage, res: ServerResponse): Promise<void> {
    // A JSON body makes a browser ask first (preflight), so other origins cannot even try.
    if (!(req.headers['content-type'] ?? '').startsWith('application/json')) {
      send(res, 415, problem(415, 'send application/json'));
      return;
    }
    const { persona, investor } = await readBody(req);
    if (!isPersona(persona)) {
      send(res, 422, problem(422, `persona must be one of ${Object.keys(personas).join(', ')}`));
    } else if (persona === 'investor' && !isRawId(investor)) {
      send(res, 422, problem(422, 'persona investor needs an investor such as demo-07'));
    } else {
      send(res, 200, await issue(persona, isRawId(investor) ? investor : undefined));
    }
  }

  return {
    url,
    jwksUrl: `${url}/.well-known/jwks.json`,
    issue,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function isRawId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(value);
}

function allowOrigin(req: IncomingMessage, res: ServerResponse, allowed: readonly string[]): void {
  const { origin } = req.headers;
  res.setHeader('vary', 'origin');
  if (origin === undefined || !allowed.includes(origin)) return;
  res.setHeader('access-control-allow-origin', origin);
  res.setHeader('access-control-allow-methods', 'GET, POST');
  res.setHeader('access-control-allow-headers', 'content-type');
}

/** Members of a small JSON body; a body that is none has no members. */
async function readBody(req: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return {};
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function problem(status: number, title: string): object {
  return { type: 'about:blank', title, status };
}

function send(res: ServerResponse, status: number, body: object): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  res
    .writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
