import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { memoryOfTree, REST } from '../platform/memory.ts';

describe('the memory of a tree of processes', () => {
  let procDir: string;
  beforeEach(() => {
    procDir = fs.mkdtempSync(path.join(os.tmpdir(), 'gw-proc-'));
    fs.mkdirSync(path.join(procDir, 'net'));
  });
  afterEach(() => {
    fs.rmSync(procDir, { recursive: true });
  });
  function process(pid: number, parent: number, pssKib: number | null, command = 'node'): void {
    const dir = path.join(procDir, String(pid));
    fs.mkdirSync(dir);
    fs.writeFileSync(path.join(dir, 'stat'), `${pid} (${command}) S ${parent} ${pid} ${pid} 0 -1`);
    if (pssKib === null) return;
    const lines = [
      '55d0-7ffe ---p 00000000 00:00 0 [rollup]',
      `Rss:             9000 kB`,
      `Pss:        ${String(pssKib).padStart(9)} kB`,
      `Pss_Dirty:       8000 kB`,
    ];
    fs.writeFileSync(path.join(dir, 'smaps_rollup'), `${lines.join('\n')}\n`);
  }

  it('counts what is below a named process with it, and nothing beside the tree', () => {
    process(1, 0, 7000);
    process(10, 1, 100);
    process(11, 10, 20, 'postgres: a (b) c');
    process(12, 11, 3);
    process(13, 10, 4);
    process(20, 1, 5000);
    const found = memoryOfTree(10, { postgres: 11, gone: 99 }, procDir);
    expect(Object.fromEntries(found.pssBytes)).to.deep.equal({
      [REST]: 104 * 1024,
      postgres: 23 * 1024,
    });
    expect(found).to.deep.include({ totalBytes: 127 * 1024, processCount: 4, unread: [] });
  });

  it('counts nothing for a process that ends meanwhile', () => {
    process(10, 1, 100);
    process(11, 10, null);
    expect(memoryOfTree(10, {}, procDir)).to.include({ totalBytes: 100 * 1024, processCount: 1 });
  });
});
