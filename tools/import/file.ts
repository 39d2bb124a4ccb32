import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse, type Info } from 'csv-parse';
import { ImportError } from './errors.ts';
import type { Profile } from './profile.ts';

/** One record of the file; a quoted field may span lines. */
export interface RawRow {
  /** Line on which the record ends, from 1; the header is a record too. */
  readonly line: number;
  readonly fields: readonly string[];
}

export interface CsvFile {
  readonly header: readonly string[];
  readonly rows: AsyncGenerator<RawRow, void>;
  /** SHA-256 of the file as it lies on the disk, in hexadecimal; once the rows were read. */
  hash(): string;
}

/** Open a CSV file (RFC 4180, UTF-8, unpacked if its name ends in `.gz`). @throws ImportError */
export async function openCsv(
  file: string,
  { delimiter }: Pick<Profile, 'delimiter'>,
): Promise<CsvFile> {
  const hash = createHash('sha256');
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    skip_empty_lines: true,
    // Rows of another length are problems of those rows, not of the file.
    relax_column_count: true,
    max_record_size: 1_000_000,
  });
  const raw = fs.createReadStream(file);
  const stages = file.endsWith('.gz') ? [hashed(hash), createGunzip()] : [hashed(hash)];
  // The error of any stage reaches whoever reads the last one.
  pipeline([raw, ...stages, parser], () => undefined);
  const rows = records(file, parser);
  const first = await rows.next();
  if (first.done === true) throw new ImportError(`${file} is empty.`);
  return { header: first.value.fields, rows, hash: () => hash.digest('hex') };
}

function hashed(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

async function* records(
  file: string,
  parser: AsyncIterable<unknown>,
): AsyncGenerator<RawRow, void> {
  try {
    for await (const one of parser) {
      const { record, info } = one as { readonly record: string[]; readonly info: Info };
      yield { line: info.lines, fields: record };
    }
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new ImportError(`There is no file ${file}.`, thrown);
    const where = thrown instanceof CsvError ? `, line ${Number(thrown['lines'])}` : '';
    throw new ImportError(`${file}${where} cannot be read: ${message}.`, thrown);
  }
}
