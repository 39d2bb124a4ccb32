import fs from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TapeError } from './errors.ts';

/** A line may not be longer: a file that is no text must not fill the memory. */
const MAX_LINE_CHARS = 1_000_000;

export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/**
 * Lines of a UTF-8 file, unpacked if its name ends in `.gz`; one chunk is in memory at a time.
 * @throws TapeError when the file cannot be read, is damaged, or a line is too long
 */
export async function* readLines(file: string): AsyncGenerator<NumberedLine, void> {
  const raw = fs.createReadStream(file);
  // The error of either end reaches whoever reads the last stream.
  const input = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let number = 0;
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) yield { number: (number += 1), text };
      if (rest.length > MAX_LINE_CHARS)
        throw new TapeError(file, number + 1, 'the line is too long');
    }
    rest += decoder.decode();
    if (rest !== '') yield { number: number + 1, text: rest };
  } catch (thrown) {
    if (thrown instanceof TapeError) throw thrown;
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new TapeError(file, 0, 'there is no such file');
    throw new TapeError(file, number + 1, `it cannot be read: ${message}`);
  }
}
