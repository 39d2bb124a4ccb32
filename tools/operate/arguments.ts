import { InvalidArgumentError } from 'commander';

export const offset = (text: string): bigint => {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('an offset: a whole number from 0.');
};
export const words = (text: string): string => {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('some words: the audit row keeps them.');
};
export const partitionNumber = (text: string): number => Number(offset(text));
export const count = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number from 1.');
};
export const instant = (text: string): Date => {
  const at = new Date(text);
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError('an instant such as 2026-11-22T09:30:00Z.');
};
