import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { openTape, type NumberedEvent, type TapeHeader } from '../tape/index.ts';

/** A whole tape: the comparison needs all of it at once, about half a kilobyte an event. */
export interface LoadedTape {
  readonly file: string;
  readonly header: TapeHeader;
  /** In arrival order. */
  readonly events: readonly NumberedEvent[];
  /** Eight hexadecimal digits of the SHA-256 of the file: the lane is named by it. */
  readonly hash: string;
}

/** @throws TapeError */
export async function loadTape(file: string): Promise<LoadedTape> {
  const { header, events } = await openTape(file);
  const loaded: NumberedEvent[] = [];
  for await (const event of events) loaded.push(event);
  const hash = createHash('sha256');
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk as Buffer);
  return { file, header, events: loaded, hash: hash.digest('hex').slice(0, 8) };
}
