import fs from 'node:fs';
import path from 'node:path';

/** A system account that a part runs as when the supervisor is root: Postgres refuses to run as root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The account for Postgres; undefined when the supervisor is not root and needs none. */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = parsePasswd(fs.readFileSync('/etc/passwd', 'utf8'));
  return accounts.find((a) => a.name === 'postgres') ?? accounts.find((a) => a.name === 'nobody');
}

/** The accounts of a passwd file. */
export function parsePasswd(text: string): readonly Account[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }));
}

/** True if the account may enter every folder above the path, and read and enter or execute the path itself. */
export function isReachableBy(account: Account, target: string): boolean {
  const stat = fs.statSync(target, { throwIfNoEntry: false });
  if (stat === undefined || !allows(account, stat, 0o5)) return false;
  for (let dir = path.dirname(target); ; dir = path.dirname(dir)) {
    if (!allows(account, fs.statSync(dir), 0o1)) return false;
    if (dir === path.dirname(dir)) return true;
  }
}

function allows(account: Account, stat: fs.Stats, bits: number): boolean {
  const shift = stat.uid === account.uid ? 6 : stat.gid === account.gid ? 3 : 0;
  return ((stat.mode >> shift) & bits) === bits;
}
