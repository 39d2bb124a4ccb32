/**
 * Asks a platform under compose as a client would: did a trade, a post and a transaction of the simulator reach REST, and does the page come?
 * Runs in the container of serve-api, from standard input; exit code 0 and one JSON line once all of it is there.
 *
 *   docker-compose exec -T serve-api node --input-type=module - < infra/images/ask-platform.mjs
 */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 240_000;
const INSTRUMENT = 'crypto:BTC-USD';
const api = 'http://serve-api:8080';
const issuer = 'http://dev-issuer:8080';
const issuerHost = new URL(process.env['ISSUER_URL'] ?? issuer).host;

/** Like fetch, which cannot say another Host. @returns parsed JSON, or the text of a page */
function ask(url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, timeout: 10_000 }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const isJson = response.headers['content-type']?.startsWith('application/json') === true;
        if (response.statusCode === 200) resolve(isJson ? JSON.parse(text) : text);
        else reject(new Error(`${url}: ${response.statusCode} ${text.slice(0, 200)}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${url}: no answer`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** @returns headers of somebody signed in, and the own pseudonym */
async function signIn(who) {
  const headers = { host: issuerHost, 'content-type': 'application/json' };
  const answer = await ask(`${issuer}/token`, {
    method: 'POST',
    headers,
    body: JSON.stringify(who),
  });
  return {
    headers: { authorization: `Bearer ${answer.access_token}` },
    investorKey: answer.investor_key,
  };
}

const steps = {
  async trade() {
    const { headers } = await signIn({ persona: 'viewer' });
    const path = `/v1/features/market.bar/${INSTRUMENT}@coinbase/latest?window_size=1s`;
    const bar = await ask(`${api}${path}`, { headers });
    const { record = bar } = bar;
    return JSON.stringify(record).includes('trade_count') ? 'a bar of one second' : undefined;
  },
  async post() {
    const { headers } = await signIn({ persona: 'viewer' });
    const answer = await ask(`${api}/v1/instruments/${INSTRUMENT}/posts?limit=5`, { headers });
    const list = Object.values(answer).find(Array.isArray) ?? [];
    return list.length === 0 ? undefined : `${list.length} posts`;
  },
  async transaction() {
    const { headers, investorKey } = await signIn({ persona: 'investor', investor: 'demo-01' });
    const path = `/v1/investors/${investorKey}/behaviour/latest`;
    const answer = await ask(`${api}${path}`, { headers });
    return answer.as_of === undefined ? undefined : 'the behaviour of an investor';
  },
  async page() {
    const page = await ask('http://watch-dashboard:8080/');
    const config = await ask('http://watch-dashboard:8080/config.json');
    return page.includes('<script type="module"') && config.apiUrl !== undefined
      ? 'page and its addresses'
      : undefined;
  },
};

const found = {};
const waiting = {};
const deadline = performance.now() + PATIENCE_MS;
while (Object.keys(found).length < Object.keys(steps).length && performance.now() < deadline) {
  for (const [name, step] of Object.entries(steps)) {
    if (found[name] !== undefined) continue;
    try {
      const result = await step();
      if (result !== undefined) found[name] = result;
    } catch (error) {
      waiting[name] = error.message; // not there yet; said at the end if it never comes
    }
  }
  await sleep(1000);
}
const lacking = Object.keys(steps).filter((name) => found[name] === undefined);
process.stdout.write(
  `${JSON.stringify({ found, lacking: lacking.map((name) => `${name}: ${waiting[name] ?? 'nothing'}`) })}\n`,
);
process.exitCode = lacking.length === 0 ? 0 : 1;
