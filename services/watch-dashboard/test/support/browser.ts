import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LiveItem } from '@groundswell/schemas';
import { launchBrowser } from '@groundswell/testkit/browser';
import type { Page } from 'playwright-core';
import { buildWeb, builtWebRoot, createWebServer, isWebOutdated } from '../../server/index.ts';
import {
  startFakeBackend,
  startFakeGateway,
  type FakeBackend,
  type FakeGateway,
} from './fake-servers.ts';
import { fakeNowMs, freezeFakes } from './fake-clock.ts';
import { fakeChannels } from './fake-world.ts';

/** Pictures for people to look at; outside the repository. */
export const pictureDir = join(tmpdir(), 'groundswell-dashboard');

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export interface OpenOptions {
  readonly path: string;
  readonly theme?: 'dark' | 'light';
  readonly updown?: 'green' | 'blue' | 'flip';
  readonly width?: number;
  readonly height?: number;
  readonly persona?: 'investor' | 'ops' | 'viewer';
  readonly reducedMotion?: boolean;
}

/** Browser, page server and fakes of one test file. */
export interface Fixture {
  readonly gateway: FakeGateway;
  readonly backend: FakeBackend;
  /** Console errors, uncaught errors and policy violations since the last `open`. */
  readonly faults: readonly string[];
  open(options: OpenOptions): Promise<Page>;
  stop(): Promise<void>;
}

/**
 * @param frozenMs the fakes and the page stand at this time, so that two runs look the same
 * @param channels what the gateway holds at first
 */
export async function startFixture(
  frozenMs: number | null = null,
  channels: (nowMs: number) => Map<string, LiveItem[]> = fakeChannels,
): Promise<Fixture> {
  freezeFakes(frozenMs);
  if (isWebOutdated()) await buildWeb();
  await mkdir(pictureDir, { recursive: true });
  const gateway = await startFakeGateway(channels(fakeNowMs()));
  const backend = await startFakeBackend();
  const web = await createWebServer({
    ...{ host: '127.0.0.1', port: 0, webRoot: builtWebRoot },
    ...{ apiUrl: backend.url, liveUrl: gateway.url, issuerUrl: backend.url },
  });
  const browser = await launchBrowser();
  const faults: string[] = [];
  let close = () => Promise.resolve();

  return {
    gateway,
    backend,
    faults,
    async open({
      path,
      theme = 'dark',
      updown = 'green',
      width = 1440,
      height = 900,
      persona,
      reducedMotion = false,
    }) {
      await close();
      faults.length = 0;
      const context = await browser.newContext({
        viewport: { width, height },
        locale: 'en-US',
        timezoneId: 'UTC',
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      });
      close = () => context.close();
      await context.addInitScript(
        (preferences) => {
          localStorage.setItem('groundswell.preferences', JSON.stringify(preferences));
        },
        { theme, updown },
      );
      const page = await context.newPage();
      // Date stands, timers run on.
      if (frozenMs !== null) await page.clock.setFixedTime(frozenMs);
      page.setDefaultTimeout(15_000);
      page.on('console', (message) => {
        // A refused read and a lost connection are designed states; the browser logs them by itself.
        const isExpected = /Failed to load resource|WebSocket connection/.test(message.text());
        if (message.type() === 'error' && !isExpected) faults.push(message.text());
      });
      page.on('pageerror', (error) => faults.push(error.stack ?? error.message));
      await page.goto(web.url + path);
      await page.locator('[data-testid=connection-pill][data-state=live]').waitFor();
      if (persona !== undefined) {
        await page
          .getByLabel(/^Who is looking/)
          .first()
          .click();
        await page.getByTestId(`sign-in-${persona}`).click();
        await page.getByTestId('sign-in').waitFor({ state: 'hidden' });
        await page.locator('[data-testid=connection-pill][data-state=live]').waitFor();
      }
      return page;
    },
    async stop() {
      freezeFakes(null);
      await close();
      await browser.close();
      await web.stop();
      await gateway.stop();
      await backend.stop();
    },
  };
}

/** Findings of axe, as `rule: selector`. @param impacts which ones; all by default */
export async function findings(
  page: Page,
  impacts: readonly string[] = ['minor', 'moderate', 'serious', 'critical'],
): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async (wanted) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{
          violations: {
            id: string;
            impact: string;
            nodes: { target: string[]; failureSummary: string }[];
          }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => wanted.includes(impact))
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
      );
  }, impacts);
}

export function seriousFindings(page: Page): Promise<readonly string[]> {
  return findings(page, ['serious', 'critical']);
}

/** Pixels by which the page is wider than its window. */
export function overflowPx(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

function sizeOf({ bytes }: { readonly bytes: number }): number {
  return bytes;
}

/** Gzipped bytes of the built page: what every page loads, and what single pages add. */
export function webSizes() {
  const html = readFileSync(join(builtWebRoot, 'index.html'), 'utf8');
  const first = new Set([...html.matchAll(/\/assets\/([^"]+)/g)].map(([, name = '']) => name));
  const files = readdirSync(join(builtWebRoot, 'assets')).map((name) => {
    const bytes = gzipSync(readFileSync(join(builtWebRoot, 'assets', name))).length;
    return { name, bytes, isFirst: first.has(name) };
  });
  const sum = (found: typeof files) => found.reduce((total, { bytes }) => total + bytes, 0);
  const scripts = files.filter(({ name }) => name.endsWith('.js'));
  const styles = files.filter(({ name }) => name.endsWith('.css'));
  const later = scripts.filter(({ isFirst }) => !isFirst);
  // A page's own sheet comes with it; what is shared is counted for each.
  const pageStyles = Math.max(0, ...styles.filter((one) => !one.isFirst).map(({ bytes }) => bytes));
  return {
    entry: sum(scripts.filter(({ isFirst }) => isFirst)),
    styles: sum(styles.filter(({ isFirst }) => isFirst)) + pageStyles,
    font: Math.max(0, ...files.filter(({ name }) => name.endsWith('.woff2')).map(sizeOf)),
    symbol: sum(later.filter(({ name }) => name.startsWith('Symbol'))),
    others: later.filter(({ name }) => !name.startsWith('Symbol')).map(({ bytes }) => bytes),
  };
}
