import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The shell is Chromium without windows: it opens a page in half the time, and paints the same. */
const CANDIDATES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Path of a browser on this machine. Null where there is none: then tests say so and do not run (T4). */
export const browserPath = CANDIDATES.find((path) => existsSync(path)) ?? null;

/** Why a test did not run, and what to do. */
export const NO_BROWSER = 'no browser: apt-get install chromium';

/** Nothing but the pages that are asked for: no updates, no first-run pages, no graphics card. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param flags further ones */
export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath ?? '', args: [...FLAGS, ...flags] });
}
