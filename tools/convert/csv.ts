import { parseE18 } from '@groundswell/domain';
import { readLines, TapeError } from '../tape/index.ts';

/** One row of a CSV file under the names of its header. */
export interface Row {
  /** Number of the row below the header, from 1. */
  readonly number: number;
  text(column: string): string;
  integer(column: string): number;
  decimalE18(column: string): bigint;
  /** An error that names file and line of this row. */
  problem(text: string): TapeError;
}

/**
 * Rows of a comma-separated file with a header line and without quotes, unpacked if it ends in `.gz`.
 * @throws TapeError when the file lacks a column, or a row has another number of fields
 */
export async function* readRows(
  file: string,
  columns: readonly string[],
): AsyncGenerator<Row, void> {
  const lines = readLines(file);
  const first = await lines.next();
  const header = first.done === true ? [] : first.value.text.trimEnd().split(',');
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new TapeError(file, 1, `the header line lacks ${missing.map(quoted).join(', ')}`);
  }
  for await (const { number, text } of lines) {
    const fields = text.trimEnd().split(',');
    if (fields.length !== header.length) {
      throw new TapeError(file, number, `${fields.length} fields instead of ${header.length}`);
    }
    yield rowOf(file, number, header, fields);
  }
}

function rowOf(
  file: string,
  line: number,
  header: readonly string[],
  fields: readonly string[],
): Row {
  const text = (column: string): string => fields[header.indexOf(column)] ?? '';
  const problem = (words: string): TapeError => new TapeError(file, line, words);
  return {
    number: line - 1,
    text,
    problem,
    integer: (column) => {
      const value = Number(text(column));
      if (/^\d+$/.test(text(column)) && Number.isSafeInteger(value)) return value;
      throw problem(`${quoted(column)} is no whole number: ${quoted(text(column))}`);
    },
    decimalE18: (column) => {
      try {
        return parseE18(text(column));
      } catch {
        throw problem(`${quoted(column)} is no decimal: ${quoted(text(column))}`);
      }
    },
  };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
