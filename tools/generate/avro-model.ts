import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of Avro's JSON that our schemas use. */
export interface AvroRecord {
  readonly type: 'record';
  readonly name: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly fields: readonly AvroField[];
}
export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  readonly doc?: string;
  readonly pii?: string;
  readonly default?: unknown;
}
export interface AvroEnum {
  readonly type: 'enum';
  readonly name: string;
  readonly symbols: readonly string[];
}
export type AvroType =
  | string
  | readonly AvroType[]
  | AvroRecord
  | AvroEnum
  | { readonly type: 'array'; readonly items: AvroType }
  | { readonly type: 'map'; readonly values: AvroType }
  | { readonly type: string; readonly logicalType: string };

export interface SchemaFile {
  /** Path below schemas/avro without extension, as named in topics.yaml. */
  readonly id: string;
  /** The canonical text that is registered: one line, no formatting (run-and-deploy.md section 2). */
  readonly text: string;
  readonly record: AvroRecord;
}

/** Read every .avsc below `root`, sorted by path. */
export function readSchemas(root: string): readonly SchemaFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.avsc'))
    .sort()
    .map((path) => {
      const parsed = JSON.parse(readFileSync(join(root, path), 'utf8')) as AvroRecord;
      return {
        id: path.slice(0, -'.avsc'.length).replaceAll('\\', '/'),
        text: JSON.stringify(parsed),
        record: parsed,
      };
    });
}

/** `market_value` -> `marketValue`. */
export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function pascal(name: string): string {
  const text = camel(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
