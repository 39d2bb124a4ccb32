import { formatTable } from '../platform/table.ts';
import type { Refusal } from './door.ts';
import type { ImportPlan, RejectedRow } from './plan.ts';

const PREVIEW_ROWS = 10;
const SHOWN_PROBLEMS = 20;

/** What would be imported: the first rows as they were understood, what they amount to, and what is wrong with the others. */
export function previewText(plan: ImportPlan): string {
  const { rows, rejected } = plan;
  const head = [
    'line',
    'time',
    'account',
    'kind',
    'symbol',
    'quantity',
    'price',
    'fees',
    'net cash',
  ];
  const cells = rows
    .slice(0, PREVIEW_ROWS)
    .map(({ line, item }) => [
      String(line),
      item.event_time,
      item.account,
      item.kind,
      item.symbol ?? '',
      item.quantity,
      item.price ?? '',
      item.fees ?? '',
      `${item.net_cash} ${item.currency}`,
    ]);
  const more = rows.length - cells.length;
  return [
    formatTable(head, cells),
    ...(more > 0 ? [`... and ${more} more\n`] : []),
    '\n',
    summaryText(plan),
    problemsText(rejected),
  ].join('');
}

function summaryText({ rows, rejected, hash }: ImportPlan): string {
  const times = rows.map(({ item }) => item.event_time).sort();
  const kinds = Map.groupBy(rows, ({ item }) => item.kind);
  const lines: readonly (readonly [string, string])[] = [
    ['rows', `${rows.length} to import, ${rejected.length} rejected`],
    ['kinds', [...kinds].map(([kind, own]) => `${own.length} ${kind}`).join(', ') || 'none'],
    ['accounts', String(new Set(rows.map(({ item }) => item.account)).size)],
    ['symbols', String(new Set(rows.flatMap(({ item }) => item.symbol ?? [])).size)],
    ['from', times[0] ?? ''],
    ['to', times.at(-1) ?? ''],
    ['file', `sha256 ${hash}`],
  ];
  return lines.map(([name, text]) => `${name.padEnd(10)} ${text}\n`).join('');
}

/** One problem a line: where, which column, and a sentence. */
export function problemsText(rejected: readonly RejectedRow[]): string {
  const lines = rejected.flatMap(({ line, problems }) =>
    problems.map(({ column, sentence }) => problemLine(line, column, sentence)),
  );
  const more = lines.length - SHOWN_PROBLEMS;
  return [...lines.slice(0, SHOWN_PROBLEMS), ...(more > 0 ? [`... and ${more} more`] : [])]
    .map((line) => `${line}\n`)
    .join('');
}

function problemLine(line: number, column: string, sentence: string): string {
  return `line ${line}${column === '' ? '' : `, column ${column}`}: ${sentence}`;
}

/** A row that the door refused, as a row that was rejected here. */
export function refusedRow({ row, reason }: Refusal): RejectedRow {
  const sentence = `the platform refused it: ${reason}`;
  return { line: row.line, fields: row.fields, problems: [{ column: '', sentence }] };
}

/** Rows that were not imported, as CSV with their header and what is wrong: mend them there and import that file. */
export function rejectsCsv(
  header: readonly string[],
  rejected: readonly RejectedRow[],
  delimiter: string,
): string {
  const quoted = (cell: string): string =>
    /["\n\r]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const lines = rejected.map(({ line, fields, problems }) => [
    ...fields.slice(0, header.length),
    ...Array.from({ length: Math.max(0, header.length - fields.length) }, () => ''),
    problems.map(({ column, sentence }) => problemLine(line, column, sentence)).join('; '),
  ]);
  return [[...header, 'problem'], ...lines]
    .map((cells) => `${cells.map(quoted).join(delimiter)}\n`)
    .join('');
}
