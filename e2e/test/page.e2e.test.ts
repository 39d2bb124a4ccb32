import { expect } from 'chai';
import { noFaults } from '@groundswell/simulator';
import type { Browser, Page } from 'playwright-core';
import { browserPath, launchBrowser, NO_BROWSER } from '@groundswell/testkit/browser';
import { openCaller, type Caller } from '../rig/callers.ts';
import { cursorProgress } from '../rig/quiesce.ts';
import { coreServices } from '../rig/scene.ts';
import { addressesFrom, openStack, type Stack } from '../rig/stack.ts';
import { until } from '../rig/until.ts';
import { openWorld, type WorldRun } from '../rig/world-run.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const PRODUCT = 'BTC-USD';
const INVESTOR = 'demo-03';
const SERVICES = [...coreServices, 'watch-dashboard'];
const skipped = browserPath === null ? ` (skipped, ${NO_BROWSER})` : '';

describe(`from the venue to the page (seed ${SEED})`, function () {
  this.timeout(300_000);
  let world: WorldRun | undefined;
  let stack: Stack | undefined;
  let browser: Browser | undefined;
  let page: Page;
  let investor: Caller;
  let isOver = false;
  let playing: Promise<void> = Promise.resolve();
  /** Errors of the page that are no designed state. */
  const faults: string[] = [];

  before(async function () {
    if (browserPath === null) return;
    const venue = await openWorld({
      seed: SEED,
      tradesPerSecond: 60,
      historyDays: 20,
      plan: noFaults,
    });
    world = venue;
    stack = await openStack({
      addresses: addressesFrom(process.env),
      services: SERVICES,
      env: () => ({
        'connect-market': {
          COINBASE_WS_URL: venue.venue.wsUrl,
          COINBASE_REST_URL: venue.venue.restUrl,
        },
      }),
    });
    await stack.start(SERVICES);
    const { database, signal } = stack;
    const first = new Map(Object.entries(venue.firstTradeIds()));
    await until('the connector', () => cursorProgress({ database }, first), { signal });
    investor = await openCaller(stack, 'investor', INVESTOR);
    playing = venue.run({
      isOver: () => isOver,
      ingestUrl: stack.service('connect-brokerage').url,
      ingestSecret: stack.secrets.ingestSecret,
      signal,
    });
    playing.catch(() => undefined); // told by whoever waits for it
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(stack.service('watch-dashboard').url);
  });
  after(async function () {
    const hasFailed = this.test?.parent?.tests.some(({ state }) => state === 'failed') ?? true;
    isOver = true;
    await playing.catch(() => undefined);
    await browser?.close();
    await stack?.close({ keepLogs: hasFailed });
    await world?.stop();
  });

  const test = browserPath === null ? it.skip : it;
  const signal = (): AbortSignal => stack?.signal ?? AbortSignal.abort();

  test(`shows prices of the venue as they move${skipped}`, async () => {
    const price = page.getByTestId(`price-crypto:${PRODUCT}`).first();
    const shown = new Set<string>();
    await until(
      'the price to move',
      async () => {
        const text = await price.getAttribute('data-price');
        if (text !== null && text !== '') shown.add(text);
        return shown.size >= 4 || `${shown.size} prices`;
      },
      { signal: signal(), everyMs: 50 },
    );
    const traded = new Set(
      (world?.ledger.entries() ?? []).flatMap((entry) =>
        entry.kind === 'trade' && entry.trade.product === PRODUCT
          ? [Number(entry.trade.price)]
          : [],
      ),
    );
    expect([...shown].filter((text) => !traded.has(Number(text)))).to.deep.equal([]);
  });

  test(`shows an investor the profit and loss that the API answers${skipped}`, async () => {
    await page
      .getByLabel(/^Who is looking/)
      .first()
      .click();
    await page.getByLabel('Which investor').selectOption(INVESTOR);
    await page.getByTestId('sign-in-investor').click();
    await page.getByTestId('sign-in').waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Investor' }).first().click();
    await page.getByTestId('realised').waitFor();
    isOver = true;
    await playing;
    const path = `/v1/investors/${encodeURIComponent(String(investor.investorKey))}/behaviour/latest`;
    await until(
      'page and API to say the same',
      async () => {
        const { item } = (await investor.get(path)) as {
          item: { value: Readonly<Record<string, string>> };
        };
        const differences: string[] = [];
        for (const [id, field] of Object.entries(FIGURES)) {
          const onPage = amountOf(await page.getByTestId(id).innerText());
          const answered = Number(item.value[field]);
          // The page shows cents.
          const isSame = Math.abs(onPage - answered) <= 0.005_000_1;
          if (!isSame) differences.push(`${id} ${onPage} instead of ${answered}`);
        }
        return differences.length === 0 || differences.join('; ');
      },
      { signal: signal() },
    );
    const { item } = (await investor.get(path)) as {
      item: { value: Readonly<Record<string, string>> };
    };
    expect(Number(item.value['realised_pnl'])).to.not.equal(0);
  });

  test(`ran without an error of its own${skipped}`, () => {
    expect(faults).to.deep.equal([]);
  });
});

/** Figures of the page and the fields behind them. */
const FIGURES = {
  realised: 'realised_pnl',
  unrealised: 'unrealised_pnl',
  equity: 'equity',
  cash: 'cash',
} as const;

/** `+1,234.56` or `−0.07` as people read it. */
function amountOf(text: string): number {
  return Number(text.replaceAll('\u2212', '-').replaceAll(/[^0-9.-]/g, ''));
}
