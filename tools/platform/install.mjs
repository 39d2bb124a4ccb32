/** Keeps `node_modules` equal to the lock file, and the Node in it real. Plain JavaScript: it runs before `npm ci`. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Installs what is missing. @throws Error in one sentence when npm cannot */
export function ensureInstalled(rootDir, env) {
  if (!isInstalled(rootDir)) {
    console.log('Installing packages with npm ci ...');
    // Without scripts: the one that must run, node's, is run below. An older npm knows no allow-list.
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], rootDir, env);
  }
  if (nodeVersion(rootDir) === wantedNode(rootDir)) return;
  console.log(`Installing Node ${wantedNode(rootDir)} ...`);
  npm(['rebuild', 'node', '--ignore-scripts=false'], rootDir, env);
  const found = nodeVersion(rootDir);
  if (found !== wantedNode(rootDir)) {
    throw new Error(
      `npm rebuild node left ${found ?? 'no runnable Node'} in node_modules/.bin instead of ${wantedNode(rootDir)}.`,
    );
  }
}

/** True if npm has put every package of the lock file in place, in the version that it names. */
export function isInstalled(rootDir) {
  const wanted = readLock(path.join(rootDir, 'package-lock.json'));
  // npm writes this one last, from what it really installed.
  const installed = readLock(path.join(rootDir, 'node_modules/.package-lock.json'));
  return (
    wanted !== undefined &&
    Object.entries(wanted).every(
      ([place, entry]) =>
        !place.startsWith('node_modules/') ||
        entry.optional === true || // for another system or processor
        installed?.[place]?.version === entry.version,
    )
  );
}

/** The Node of this repository. */
export function nodeCommand(rootDir) {
  return path.join(rootDir, 'node_modules/.bin/node');
}

function readLock(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function wantedNode(rootDir) {
  const manifest = JSON.parse(fs.readFileSync(path.join(rootDir, 'package.json'), 'utf8'));
  return `v${manifest.devDependencies.node}`;
}

function nodeVersion(rootDir) {
  try {
    return execFileSync(nodeCommand(rootDir), ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

function npm(args, cwd, env) {
  const { status, error } = spawnSync('npm', args, {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`npm ${args[0]} failed${error ? `: ${error.message}` : ''}.`);
}
