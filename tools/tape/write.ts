import fs from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { TapeEvent, TapeHeader } from './event.ts';
import { formatEvent } from './format.ts';

/**
 * Write a tape, packed if the name ends in `.gz`. It appears under its name only when it is complete.
 * @returns number of events
 */
export async function writeTape(
  file: string,
  header: TapeHeader,
  events: Iterable<TapeEvent> | AsyncIterable<TapeEvent>,
): Promise<number> {
  let count = 0;
  async function* lines(): AsyncGenerator<string, void> {
    yield `${JSON.stringify(header)}\n`;
    for await (const event of events) {
      count += 1;
      yield `${formatEvent(event)}\n`;
    }
  }
  const partial = `${file}.partial`;
  const out = fs.createWriteStream(partial);
  try {
    if (file.endsWith('.gz')) await pipeline(Readable.from(lines()), createGzip(), out);
    else await pipeline(Readable.from(lines()), out);
    await fs.promises.rename(partial, file);
  } catch (thrown) {
    await fs.promises.rm(partial, { force: true });
    throw thrown;
  }
  return count;
}
