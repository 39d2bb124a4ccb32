/** Rows of a CSV text (RFC 4180) as objects by the header's names. Quotes and commas are tokens of the lexicon, so a real reader (S133). */
export function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [header = [], ...rows] = [...cells(text)];
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}

function* cells(text: string): Generator<string[]> {
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/gy;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [, value = '', end = ''] = cell.exec(text) ?? [];
    if (cell.lastIndex <= at) throw new Error(`not CSV at ${at}`);
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === ',') continue;
    yield row;
    row = [];
  }
}
