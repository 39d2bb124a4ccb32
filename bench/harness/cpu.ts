import { readdirSync, readFileSync } from 'node:fs';

/** CPU time per process name. The clock of `/proc` ticks 100 times a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const PARTS = ['java', 'postgres', 'redis-server'];

/** CPU seconds so far of the named processes, and of the parts by the name of their program. Empty where there is no `/proc`. */
export function cpuSeconds(pids: ReadonlyMap<string, number | null>): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  const add = (name: string, more: number) => seconds.set(name, (seconds.get(name) ?? 0) + more);
  const names = new Map([...pids].map(([name, pid]) => [pid, name]));
  for (const pid of processes()) {
    const stat = statOf(pid);
    const name = names.get(pid) ?? PARTS.find((part) => part === stat?.program);
    if (stat !== null && name !== undefined) add(name, stat.seconds);
  }
  return seconds;
}

/** Cores that each used between two readings that are `elapsedMs` apart; the busiest first. */
export function coresUsed(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  elapsedMs: number,
): readonly (readonly [string, number])[] {
  return [...after]
    .map(([name, seconds]) => {
      const used = seconds - (before.get(name) ?? 0);
      return [name, (used * 1000) / elapsedMs] as const;
    })
    .sort(([, a], [, b]) => b - a);
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

function statOf(pid: number): { readonly program: string; readonly seconds: number } | null {
  try {
    const [, program = '', rest = ''] =
      /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const fields = rest.split(' ');
    return { program, seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
  } catch {
    return null; // it ended between listing and reading
  }
}
