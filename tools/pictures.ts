/**
 * `npm run pictures [-- --url http://127.0.0.1:8090] [--out docs/pictures]`: the pages as PNG for the documents, dark and light, 1440 px wide.
 * With `--url` of a running platform; without it of the page on seeded fakes, the same in every run.
 *
 * Exit code: 0 done, 1 a page could not be pictured, 2 wrong use or no browser.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { browserPath, launchBrowser, NO_BROWSER } from '@groundswell/testkit/browser';
import type { Browser, Page } from 'playwright-core';

const repositoryDir = path.join(import.meta.dirname, '..');
const seededMain = path.join(repositoryDir, 'services/watch-dashboard/test/support/seeded.ts');
const SIZE = { width: 1440, height: 900 };
/** Charts and the swell settle. */
const SETTLE_MS = 2500;
const MAX_BYTES = 300_000;

interface Shot {
  readonly name: string;
  readonly path: string;
  /** Something that is there once the page has its data. */
  readonly ready: string;
  /** Whose page it is; the analyst's by default. */
  readonly persona?: string;
  readonly theme?: 'dark' | 'light';
  readonly updown?: 'green' | 'blue';
}

const TIDE = '/s/crypto:TIDE-USD';
const pages: readonly Shot[] = [
  { name: 'board', path: '/board', ready: '[data-testid^=row-]' },
  { name: 'symbol', path: TIDE, ready: '[data-testid=posts]' },
  { name: 'why', path: `${TIDE}?why=mood`, ready: '[data-testid=revisions]' },
  { name: 'investor', path: '/i/me', ready: '[data-testid=equity]', persona: 'investor' },
  { name: 'ops', path: '/ops', ready: '[data-testid=conservation]', persona: 'ops' },
];

interface Origin {
  readonly url: string;
  /** The time at which the page stands; null = it runs. */
  readonly nowMs: number | null;
  stop(): Promise<void>;
}

async function openSeeded(): Promise<Origin> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=@groundswell/source', seededMain],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const { url, nowMs } = JSON.parse(line) as { url: string; nowMs: number };
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    return { url, nowMs, stop };
  }
  return fail('the seeded page did not start');
}

async function picture(browser: Browser, origin: Origin, shot: Shot, file: string): Promise<void> {
  const { theme = 'dark', updown = 'green', persona } = shot;
  const context = await browser.newContext({ viewport: SIZE, locale: 'en-US', timezoneId: 'UTC' });
  try {
    await context.addInitScript(
      (preferences) => {
        localStorage.setItem('groundswell.preferences', JSON.stringify(preferences));
      },
      { theme, updown },
    );
    const page = await context.newPage();
    if (origin.nowMs !== null) await page.clock.setFixedTime(origin.nowMs);
    await page.goto(origin.url + shot.path);
    await page.locator('[data-testid=connection-pill][data-state=live]').waitFor();
    if (persona !== undefined) await signIn(page, persona);
    await page.locator(shot.ready).first().waitFor();
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: file });
  } finally {
    await context.close();
  }
}

async function signIn(page: Page, persona: string): Promise<void> {
  await page
    .getByLabel(/^Who is looking/)
    .first()
    .click();
  await page.getByTestId(`sign-in-${persona}`).click();
  await page.getByTestId('sign-in').waitFor({ state: 'hidden' });
}

function fail(sentence: string): never {
  process.stderr.write(`pictures: ${sentence}\n`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    out: { type: 'string', default: path.join(repositoryDir, 'docs/pictures') },
    only: { type: 'string' },
  },
});
if (browserPath === null) fail(NO_BROWSER);
const outDir = path.resolve(values.out);
await mkdir(outDir, { recursive: true });
const origin: Origin =
  values.url === undefined
    ? await openSeeded()
    : { url: values.url.replace(/\/$/, ''), nowMs: null, stop: () => Promise.resolve() };
const browser = await launchBrowser(['--hide-scrollbars']);
try {
  for (const shot of pages) {
    if (values.only !== undefined && !values.only.split(',').includes(shot.name)) continue;
    for (const theme of ['dark', 'light'] as const) {
      const file = path.join(outDir, `${shot.name}-${theme}.png`);
      await picture(browser, origin, { ...shot, theme }, file).catch((error: unknown) => {
        process.exitCode = 1;
        process.stderr.write(`pictures: ${shot.name}: ${String(error).split('\n', 1)[0] ?? ''}\n`);
      });
      if (!existsSync(file)) continue;
      const { size } = await stat(file);
      if (size > MAX_BYTES) process.exitCode = 1;
      process.stdout.write(
        `${path.relative(repositoryDir, file)}  ${String(Math.ceil(size / 1000))} kB\n`,
      );
    }
  }
} finally {
  await browser.close();
  await origin.stop();
}
