import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ImportError } from './errors.ts';

const profilesDir = path.join(import.meta.dirname, 'profiles');

/** What a row may say, by the names of docs/imports.md. */
const fieldNames = [
  'time',
  'account',
  'investor',
  'kind',
  'symbol',
  'quantity',
  'price',
  'fees',
  'net_cash',
  'currency',
  'order_id',
  'execution_id',
] as const;
export type FieldName = (typeof fieldNames)[number];

/** Kinds of transactions that the door knows (connect-brokerage). */
export const kinds = [
  'BUY',
  'SELL',
  'SHORT',
  'COVER',
  'DIVIDEND',
  'INTEREST',
  'FEE',
  'TAX',
  'DEPOSIT',
  'WITHDRAWAL',
  'TRANSFER_IN',
  'TRANSFER_OUT',
  'SPLIT',
  'MERGER',
  'SPINOFF',
  'OPTION_EXERCISE',
  'OPTION_ASSIGNMENT',
  'OPTION_EXPIRATION',
  'OTHER',
] as const;
export type Kind = (typeof kinds)[number];

const zone = z.string().refine(isZone, { error: 'is no IANA time zone' });
const field = z.enum(fieldNames);

const shape = z.strictObject({
  profile: z.string().regex(/^[a-z0-9-]+$/),
  /** Raised when rows would be read in another way than before. */
  version: z.number().int().positive(),
  title: z.string(),
  delimiter: z.string().length(1),
  /** Decimal mark; the other of `.` and `,` may group thousands if `thousands` says so. */
  decimal: z.enum(['.', ',']),
  thousands: z.enum(['.', ',', ' ', "'"]).optional(),
  /** Column of the file by what it holds. */
  columns: z.partialRecord(field, z.string()),
  required: z.array(field).min(1),
  time: z.strictObject({
    /** `iso`, or a pattern of yyyy MM dd HH mm ss and what stands between them. */
    format: z.string(),
    /** Of times that name none. */
    zone,
    /** The zone that the times name is wrong: read them as wall clock of `zone`. */
    ignore_zone: z.boolean().default(false),
    precision: z.enum(['day', 'time']).default('time'),
  }),
  /** The file's words for kinds; without it they are the names of docs/imports.md. */
  kinds: z.record(z.string(), z.enum(kinds)).optional(),
  /** What tells a purchase from a sale: the kind, or the sign of the quantity. */
  sign: z.enum(['kind', 'quantity']),
  /** For fields without a column. */
  constants: z.partialRecord(field, z.string()).default({}),
  instrument: z.strictObject({ kind: z.string().regex(/^[a-z]+$/), zone }),
});

/** How the rows of a file are to be read (T7). */
export type Profile = z.infer<typeof shape>;

export function profileNames(): readonly string[] {
  return fs
    .readdirSync(profilesDir)
    .map((file) => path.basename(file, '.yaml'))
    .sort();
}

/** @param name one of {@link profileNames}, or a file that ends in `.yaml`. @throws ImportError */
export function loadProfile(name: string): Profile {
  const file = name.endsWith('.yaml') ? name : path.join(profilesDir, `${name}.yaml`);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new ImportError(
      `There is no profile ${name}: use ${profileNames().join(', ')}, or a file of your own that ends in .yaml.`,
      thrown,
    );
  }
  return parseProfile(text, name);
}

/** @throws ImportError naming the first field that is wrong */
export function parseProfile(text: string, name: string): Profile {
  let parsed: ReturnType<typeof shape.safeParse>;
  try {
    parsed = shape.safeParse(parse(text));
  } catch (thrown) {
    throw new ImportError(`Profile ${name} is no YAML.`, thrown);
  }
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ImportError(`Profile ${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
