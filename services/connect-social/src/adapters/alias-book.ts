import type { Alias } from '@groundswell/connector';
import { toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import { createAliasBook, type AliasBook, type AliasRow } from '@groundswell/symbology';

/** An alias book that is read again now and then; while the database is away the last one stays. */
export interface RefreshedBook {
  book(): AliasBook;
  stop(): void;
}

/** @throws what the first `read` throws */
export async function refreshBook(
  read: () => Promise<readonly Alias[]>,
  options: {
    /** Aliases below those of the database: the symbols of the synthetic world. */
    readonly further: readonly AliasRow[];
    readonly refreshMs: number;
    readonly log: Logger;
  },
): Promise<RefreshedBook> {
  let rows = '';
  let book = createAliasBook();
  const take = (aliases: readonly Alias[]): void => {
    const text = JSON.stringify(aliases);
    // Making a book takes long enough to be felt on the socket: only when something changed.
    if (text === rows) return;
    rows = text;
    book = createAliasBook([...aliases.map(rowOf), ...options.further]);
  };
  take(await read());
  const timer = setInterval(() => {
    read().then(take, (thrown: unknown) => {
      options.log.warn('aliases not refreshed', { error: toError(thrown) });
    });
  }, options.refreshMs);
  return {
    book: () => book,
    stop: () => {
      clearInterval(timer);
    },
  };
}

function rowOf(alias: Alias): AliasRow {
  return { ...alias, namespace: alias.namespace === 'name' ? 'name' : 'cashtag' };
}
