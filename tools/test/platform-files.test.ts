import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { isReachableBy } from '../platform/account.ts';
import { isComplete } from '../platform/downloads.ts';
import { isInstalled } from '../platform/install.mjs';
import { lockHolder, tryLock, withLock } from '../platform/lock.ts';

describe('files of the platform', () => {
  let dir: string;

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'groundswell-files-'));
  });

  afterEach(() => {
    fs.rmSync(dir, { recursive: true });
  });

  it('lets one holder in at a time and the next one after it', async () => {
    const file = path.join(dir, 'lock');
    const order: string[] = [];
    const first = withLock(file, async () => {
      order.push('first in');
      await new Promise(setImmediate);
      order.push('first out');
    });
    const second = withLock(file, () => Promise.resolve(order.push('second')));
    await Promise.all([first, second]);
    expect(order).to.deep.equal(['first in', 'first out', 'second']);
    expect(fs.readdirSync(dir)).to.deep.equal([]);
  });

  it('takes over the lock of a process that was killed', async () => {
    const file = path.join(dir, 'lock');
    const script = `const { tryLock } = await import(${JSON.stringify(new URL('../platform/lock.ts', import.meta.url))});
      tryLock(${JSON.stringify(file)}); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(lockHolder(file)?.pid).to.equal(child.pid);
    expect(tryLock(file)).to.have.nested.property('holder.pid', child.pid);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(lockHolder(file)).to.equal(undefined);
    expect(tryLock(file)).to.have.property('release');
  });

  it('does not take a later process with the same number for the holder', function () {
    if (!fs.existsSync('/proc/self/stat')) this.skip();
    const file = path.join(dir, 'lock');
    fs.writeFileSync(file, JSON.stringify({ pid: process.pid, startTicks: '1' }));
    expect(lockHolder(file)).to.equal(undefined);
  });

  it('takes a download without its manifest for incomplete', () => {
    fs.writeFileSync(path.join(dir, 'kafka.jar'), 'half of it');
    expect(isComplete(dir)).to.equal(false);
  });

  it('sees that packages are missing, outdated or in place, and does not miss those of other systems', () => {
    const write = (file: string, packages: object) => {
      fs.mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
      fs.writeFileSync(path.join(dir, file), JSON.stringify({ packages }));
    };
    write('package-lock.json', {
      '': { name: 'root' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a-darwin': { version: '1.0.0', optional: true },
    });
    expect(isInstalled(dir)).to.equal(false);
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0' } });
    expect(isInstalled(dir)).to.equal(false);
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled(dir)).to.equal(true);
  });

  it('knows which folders another account can reach', function () {
    const other = { name: 'other', uid: 54_321, gid: 54_321 };
    if (!isReachableBy(other, os.tmpdir())) this.skip(); // a private folder for temporary files, as on macOS
    const inner = path.join(dir, 'inner');
    fs.mkdirSync(inner, { mode: 0o755 });
    fs.chmodSync(dir, 0o700);
    expect(isReachableBy(other, inner)).to.equal(false);
    fs.chmodSync(dir, 0o711);
    expect(isReachableBy(other, inner)).to.equal(true);
  });

  it('refuses to bootstrap nothing', () => {
    const bootstrap = new URL('../bootstrap.mjs', import.meta.url).pathname;
    const { status, stderr } = spawnSync(process.execPath, [bootstrap], { encoding: 'utf8' });
    expect(status).to.equal(2);
    expect(stderr).to.match(/^Usage: /);
  });
});
