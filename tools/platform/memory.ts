import fs from 'node:fs';
import path from 'node:path';

/** What the tree of processes below one takes. */
export interface TreeMemory {
  /** By name of the processes asked for; the rest of the tree stands under `rest`. Bytes. */
  readonly pssBytes: ReadonlyMap<string, number>;
  readonly totalBytes: number;
  readonly processCount: number;
  /** Pids whose memory this account may not read: the total lacks them. */
  readonly unread: readonly number[];
}

export const REST = 'rest';

/**
 * Memory of a process and of everything below it: the sum of `Pss` of `smaps_rollup`, by which a page that several processes map counts once
 * in all. A process that ends meanwhile counts nothing.
 * @param pids names of processes of the tree; what is below one is counted with it
 * @throws Error of the file system where it has no such folder (all but Linux)
 */
export function memoryOfTree(
  rootPid: number,
  pids: Readonly<Record<string, number>>,
  procDir = '/proc',
): TreeMemory {
  const nameOf = new Map(Object.entries(pids).map(([name, pid]) => [pid, name]));
  const children = childrenByParent(procDir);
  const pssBytes = new Map<string, number>();
  const unread: number[] = [];
  let processCount = 0;
  const add = (pid: number, above: string): void => {
    const name = nameOf.get(pid) ?? above;
    const bytes = pssOf(procDir, pid);
    if (bytes === 'refused') unread.push(pid);
    else if (bytes !== 'gone') {
      processCount += 1;
      pssBytes.set(name, (pssBytes.get(name) ?? 0) + bytes);
    }
    for (const child of children.get(pid) ?? []) add(child, name);
  };
  add(rootPid, REST);
  const totalBytes = [...pssBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { pssBytes, totalBytes, processCount, unread };
}

function childrenByParent(procDir: string): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const entry of fs.readdirSync(procDir)) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = textOf(path.join(procDir, entry, 'stat'));
    if (stat === 'gone' || stat === 'refused') continue;
    // Field 4; the second field is the command in brackets and may itself hold spaces and brackets.
    const parent = Number(stat.text.slice(stat.text.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  return children;
}

function pssOf(procDir: string, pid: number): number | 'gone' | 'refused' {
  const rollup = textOf(path.join(procDir, String(pid), 'smaps_rollup'));
  if (rollup === 'gone' || rollup === 'refused') return rollup;
  const kib = /^Pss:\s+(\d+) kB$/m.exec(rollup.text)?.[1];
  return kib === undefined ? 'gone' : Number(kib) * 1024;
}

/** Processes come and go while they are counted, and some belong to others. */
function textOf(file: string): { readonly text: string } | 'gone' | 'refused' {
  try {
    return { text: fs.readFileSync(file, 'utf8') };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return 'gone';
    if (code === 'EACCES' || code === 'EPERM') return 'refused';
    throw thrown;
  }
}
