import {
  formatE18,
  formatIsoUs,
  parseE18,
  parseIsoUs,
  wallToUtcMs,
  zoneOffsetMs,
} from '@groundswell/domain';
import { FieldProblem } from './problem.ts';
import type { FieldName, Profile } from './profile.ts';

/** A decimal as the file writes it: canonical text, or null for an empty field. */
export function readDecimal(
  text: string,
  column: FieldName,
  { decimal, thousands }: Pick<Profile, 'decimal' | 'thousands'>,
): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const [whole = '', ...rest] = trimmed.split(decimal);
  const digits = thousands === undefined ? whole : ungrouped(whole, thousands);
  const plain = [digits ?? 'x', ...rest].join('.');
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?$/i.test(plain))
    throw new FieldProblem(column, `"${text}" is no decimal with "${decimal}" as its mark`);
  return formatE18(parseE18(plain.replace(/^\+/, '')));
}

/** Groups of three behind the first one, or no groups at all: 1,50 with a grouping comma is a mistake, not 150. */
function ungrouped(whole: string, mark: string): string | null {
  const [first = '', ...groups] = whole.split(mark);
  if (groups.length === 0) return whole;
  const isGrouped = /^[+-]?\d{1,3}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group));
  return isGrouped ? first + groups.join('') : null;
}

/** When it happened, as the door takes it: ISO 8601 in UTC, or a date. */
export interface When {
  readonly text: string;
  /** Epoch micros; noon UTC of a date, as the door reads it. */
  readonly us: number;
}

interface Wall {
  /** YYYY-MM-DD */
  readonly date: string;
  /** HH:MM:SS with up to nine decimals; null for a date alone. */
  readonly time: string | null;
  /** Z or ±HH:MM; null where the text names no zone. */
  readonly zone: string | null;
}

const ISO =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d(?:[.,]\d{1,9})?))?\s*(Z|[+-]\d\d:?\d\d)?)?$/;

export function readTime(text: string, rule: Profile['time']): When {
  const wall = rule.format === 'iso' ? isoWall(text) : patternWall(text, rule.format);
  if (wall === null)
    throw new FieldProblem('time', `"${text}" is no time of the form ${formOf(rule.format)}`);
  if (rule.precision === 'day' || wall.time === null) {
    return { text: wall.date, us: instantOf(text, `${wall.date}T12:00:00Z`) };
  }
  if (wall.zone !== null && !rule.ignore_zone) {
    const us = instantOf(text, `${wall.date}T${wall.time}${wall.zone}`);
    return { text: formatIsoUs(us), us };
  }
  const wallUs = instantOf(text, `${wall.date}T${wall.time}Z`);
  const wallMs = Math.floor(wallUs / 1000);
  const utcMs = wallToUtcMs(wallMs, rule.zone);
  if (utcMs + zoneOffsetMs(utcMs, rule.zone) !== wallMs)
    throw new FieldProblem(
      'time',
      `${wall.date} ${wall.time} did not exist in ${rule.zone}: clocks went forward over it`,
    );
  const us = utcMs * 1000 + (wallUs - wallMs * 1000);
  return { text: formatIsoUs(us), us };
}

function isoWall(text: string): Wall | null {
  const match = ISO.exec(text.trim());
  if (match === null) return null;
  const [, date = '', minutes, seconds = '00', zone] = match;
  return { date, time: minutes === undefined ? null : `${minutes}:${seconds}`, zone: zone ?? null };
}

const PARTS: Readonly<Record<string, string>> = {
  yyyy: '(?<yyyy>\\d{4})',
  MM: '(?<MM>\\d{1,2})',
  dd: '(?<dd>\\d{1,2})',
  HH: '(?<HH>\\d{1,2})',
  mm: '(?<mm>\\d{2})',
  ss: '(?<ss>\\d{2}(?:[.,]\\d{1,9})?)',
};

function patternWall(text: string, format: string): Wall | null {
  const source = format
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/yyyy|MM|dd|HH|mm|ss/g, (part) => PARTS[part] ?? part);
  const groups = new RegExp(`^${source}$`).exec(text.trim())?.groups;
  if (groups === undefined) return null;
  const two = (part: string): string => (groups[part] ?? '00').padStart(2, '0');
  const time = groups['HH'] === undefined ? null : `${two('HH')}:${two('mm')}:${two('ss')}`;
  return { date: `${groups['yyyy'] ?? ''}-${two('MM')}-${two('dd')}`, time, zone: null };
}

function instantOf(text: string, iso: string): number {
  try {
    return parseIsoUs(iso).us;
  } catch {
    throw new FieldProblem('time', `"${text}" names a day or an hour that does not exist`);
  }
}

function formOf(format: string): string {
  return format === 'iso' ? '2024-03-11T14:30:00-04:00 (ISO 8601)' : format;
}
