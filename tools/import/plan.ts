import { ImportError } from './errors.ts';
import { openCsv } from './file.ts';
import type { FieldName, Profile } from './profile.ts';
import { readRow, type Item, type RowProblem } from './row.ts';

/** An item with its place among its like: what the door makes its identity of (E10). */
export interface PlannedItem extends Item {
  /** Number among rows that say the same. Two equal fills are two; the same row of another export is the same fact. */
  readonly occurrence: number;
  /** Order among rows of one account and instant. */
  readonly sequence: number;
}

export interface PlannedRow {
  readonly line: number;
  readonly fields: readonly string[];
  readonly item: PlannedItem;
}

export interface RejectedRow {
  readonly line: number;
  readonly fields: readonly string[];
  readonly problems: readonly RowProblem[];
}

/** A file that was read: each of its rows is in exactly one of the two lists. */
export interface ImportPlan {
  readonly file: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly header: readonly string[];
  readonly rows: readonly PlannedRow[];
  readonly rejected: readonly RejectedRow[];
}

/** What the command line adds to a profile: it fills columns that the file lacks. */
export type Constants = Readonly<Partial<Record<FieldName, string>>>;

/** Read a whole file; about half a kilobyte of memory a row. @throws ImportError when it cannot be read as a table of this profile */
export async function planImport(
  file: string,
  profile: Profile,
  constants: Constants = {},
): Promise<ImportPlan> {
  const { header, rows: rawRows, hash } = await openCsv(file, profile);
  const textOf = fieldReader(file, header, profile, { ...profile.constants, ...constants });
  const rows: PlannedRow[] = [];
  const rejected: RejectedRow[] = [];
  const occurrences = new Counter();
  const sequences = new Counter();
  for await (const { line, fields } of rawRows) {
    if (fields.length !== header.length) {
      const sentence = `the row has ${fields.length} fields, the header ${header.length}`;
      rejected.push({ line, fields, problems: [{ column: '', sentence }] });
      continue;
    }
    const read = readRow((field) => textOf(fields, field), profile);
    if ('problems' in read) {
      rejected.push({ line, fields, problems: read.problems });
      continue;
    }
    const { item, when } = read;
    const occurrence = occurrences.next(factsOf(item, when.us));
    const sequence = sequences.next(JSON.stringify([item.account, when.us]));
    rows.push({ line, fields, item: { ...item, occurrence, sequence } });
  }
  return { file, hash: hash(), header, rows, rejected };
}

/** The facts of E10, which the door makes the fingerprint of: equal texts here are equal fingerprints there. */
function factsOf(item: Item, us: number): string {
  const { account, kind, symbol, quantity, price, net_cash: cash } = item;
  const reference = item.execution_id ?? item.order_id;
  return JSON.stringify([account, us, kind, symbol, quantity, price, cash, reference]);
}

class Counter {
  readonly #counts = new Map<string, number>();

  next(key: string): number {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count;
  }
}

type FieldReader = (fields: readonly string[], field: FieldName) => string;

/** @throws ImportError when a required column is missing */
function fieldReader(
  file: string,
  header: readonly string[],
  profile: Profile,
  constants: Constants,
): FieldReader {
  const names = header.map((name) => name.trim().toLowerCase());
  const places = new Map<FieldName, number>();
  for (const [field, column] of Object.entries(profile.columns) as [FieldName, string][]) {
    const place = names.indexOf(column.toLowerCase());
    if (place >= 0) places.set(field, place);
  }
  const missing = profile.required.filter((field) => !places.has(field) && !constants[field]);
  if (missing.length > 0) {
    const wanted = missing.map((field) => `"${profile.columns[field] ?? field}"`).join(', ');
    throw new ImportError(
      `${file} has no column ${wanted}, which the profile ${profile.profile} needs. It has: ${header.join(', ')}.`,
    );
  }
  return (fields, field) => {
    const place = places.get(field);
    const own = place === undefined ? '' : (fields[place] ?? '');
    return own.trim() === '' ? (constants[field] ?? '') : own;
  };
}
