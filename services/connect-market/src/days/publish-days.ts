import { deadFrame, type AliasTable, type Origin, type Publisher } from '@groundswell/connector';
import type { MarkedInstrument } from '../adapters/instruments.ts';
import type { DayRow } from '../sources/day-source.ts';
import type { VenueName } from '../sources/trade.ts';
import { endOfDayUs, marksOfDay } from './day-marks.ts';

export type Instruments = ReadonlyMap<string, MarkedInstrument>;

/**
 * Hand the days of a product to the broker: three marks each, a dead letter for a row that is none. Days on which the symbol named no
 * instrument, or one that another feed marks, are passed over. Resolves when all are acked.
 */
export async function publishDays(
  product: string,
  rows: readonly DayRow[],
  parts: {
    readonly name: VenueName;
    readonly origin: Origin;
    readonly aliases: AliasTable;
    readonly instruments: Instruments;
    readonly publisher: Publisher;
    readonly nowUs: number;
  },
): Promise<void> {
  const { name, origin, aliases, instruments, publisher, nowUs } = parts;
  const acks: Promise<void>[] = [];
  for (const row of rows) {
    if (row.kind === 'refused') {
      const { key, record } = deadFrame(origin, row.text, row.reason, nowUs);
      acks.push(
        new Promise((acked) => {
          publisher.publish('control.dead-letter.v1', key, record, acked);
        }),
      );
      continue;
    }
    // The symbol may have named another instrument then (Y6).
    const id = aliases.resolve(name.feed, product, endOfDayUs(row.day.day) - 1);
    const instrument = id === null ? undefined : instruments.get(id);
    if (id === null || instrument?.primaryFeed !== name.feed) continue;
    for (const mark of marksOfDay(name, product, row.day, { id, ...instrument }, nowUs)) {
      acks.push(
        new Promise((acked) => {
          publisher.publish('market.mark.v1', `${id}@${name.feed}`, mark, acked);
        }),
      );
    }
  }
  await Promise.all(acks);
}
