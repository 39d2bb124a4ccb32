import { toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';

/** One row of the alias table; times are epoch micros, `-Infinity` and `Infinity` where open. */
export interface Alias {
  readonly namespace: string;
  readonly symbol: string;
  readonly instrumentId: string;
  readonly validFromUs: number;
  readonly validToUs: number;
}

/** Symbols of sources to our instruments, at event time: a symbol may have named another instrument before (Y6). */
export interface AliasTable {
  /** @returns null for a symbol that had no meaning in the namespace at that time */
  resolve(namespace: string, symbol: string, eventTimeUs: number): string | null;
}

export function createAliasTable(aliases: readonly Alias[]): AliasTable {
  const bySymbol = new Map<string, Alias[]>();
  for (const alias of aliases) {
    const key = `${alias.namespace}\u0000${alias.symbol}`;
    const list = bySymbol.get(key);
    if (list === undefined) bySymbol.set(key, [alias]);
    else list.push(alias);
  }
  return {
    resolve(namespace, symbol, eventTimeUs) {
      const list = bySymbol.get(`${namespace}\u0000${symbol}`) ?? [];
      const valid = list.find(
        (one) => one.validFromUs <= eventTimeUs && eventTimeUs < one.validToUs,
      );
      return valid?.instrumentId ?? null;
    },
  };
}

/** What an unknown symbol is called until an alias exists (Y6). */
export function unresolvedInstrument(source: string, symbol: string): string {
  return `unresolved:${source}:${symbol}`;
}

/** An alias table that is read again now and then; while its store is away the last one stays. */
export interface RefreshedAliases {
  table(): AliasTable;
  /** Read again now. */
  refresh(): Promise<AliasTable>;
  stop(): void;
}

/** @throws what the first `read` throws */
export async function refreshAliases(
  read: () => Promise<readonly Alias[]>,
  options: { readonly refreshMs: number; readonly log: Logger },
): Promise<RefreshedAliases> {
  let table = createAliasTable(await read());
  const refresh = async (): Promise<AliasTable> => {
    try {
      table = createAliasTable(await read());
    } catch (thrown) {
      options.log.warn('aliases not refreshed', { error: toError(thrown) });
    }
    return table;
  };
  const timer = setInterval(() => void refresh(), options.refreshMs);
  return {
    table: () => table,
    refresh,
    stop: () => {
      clearInterval(timer);
    },
  };
}
