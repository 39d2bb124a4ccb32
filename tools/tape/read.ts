import { TapeError } from './errors.ts';
import type { TapeEvent, TapeHeader } from './event.ts';
import { LineProblem } from './fields.ts';
import { readLines, type NumberedLine } from './lines.ts';
import { parseEvent, parseHeader } from './parse.ts';

export interface NumberedEvent {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly event: TapeEvent;
}

export interface Tape {
  readonly header: TapeHeader;
  /** In arrival order; can be read once. */
  readonly events: AsyncGenerator<NumberedEvent, void>;
}

/**
 * Open a tape (docs/tapes.md). Lines are checked as they are read, a line at a time.
 * @throws TapeError with file and line, from here for the header and from `events` for the rest
 */
export async function openTape(file: string): Promise<Tape> {
  const lines = readLines(file);
  const first = await lines.next();
  if (first.done === true) throw new TapeError(file, 1, 'the file is empty');
  const header = judge(file, first.value, parseHeader);
  return { header, events: eventsOf(file, lines, header) };
}

async function* eventsOf(
  file: string,
  lines: AsyncGenerator<NumberedLine, void>,
  header: TapeHeader,
): AsyncGenerator<NumberedEvent, void> {
  const symbols = new Set(header.instruments.map(({ id }) => id));
  for await (const line of lines) {
    if (line.text.trim() === '') continue;
    yield { line: line.number, event: judge(file, line, (text) => parseEvent(text, symbols)) };
  }
}

function judge<T>(file: string, { number, text }: NumberedLine, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof LineProblem) throw new TapeError(file, number, thrown.message);
    throw thrown;
  }
}
