import type { StateReader, StateRow, StateWrite } from '@groundswell/stream';

/** What the store would hold after these writes. */
export class Stored implements StateReader {
  private readonly rows = new Map<string, StateRow>();
  private readonly pending = new Map<string, number>();

  put(writes: readonly StateWrite[]): void {
    for (const { key, part, body, pendingAtMs } of writes) {
      if (body === null) {
        this.rows.delete(`${key}/${part}`);
        if (part === '') this.pending.delete(key);
      } else this.rows.set(`${key}/${part}`, { key, part, body });
      if (pendingAtMs === null) this.pending.delete(key);
      else if (pendingAtMs !== undefined) this.pending.set(key, pendingAtMs);
    }
  }

  /** Everything that is stored, as text. */
  text(): string {
    return [...this.rows.values()].map(({ body }) => Buffer.from(body).toString('utf8')).join('\n');
  }

  keys(): readonly string[] {
    return [...new Set([...this.rows.values()].map(({ key }) => key))];
  }

  state = (keys: readonly string[]): Promise<StateRow[]> =>
    Promise.resolve([...this.rows.values()].filter((row) => keys.includes(row.key)));
  pendingKeys = (untilMs: number): Promise<string[]> =>
    Promise.resolve([...this.pending].filter(([, at]) => at <= untilMs).map(([key]) => key));
  keysByTag = (): Promise<never[]> => Promise.resolve([]);
  journal = (): Promise<never[]> => Promise.resolve([]);
  markSpans = (): Promise<never[]> => Promise.resolve([]);
  newestMarks = (): Promise<never[]> => Promise.resolve([]);
}
