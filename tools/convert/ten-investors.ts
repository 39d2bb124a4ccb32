import { parseIsoUs, wallToUtcMs } from '@groundswell/domain';
import type { TapeEvent, TapeExecution, TapeMark } from '../tape/index.ts';
import type { Conversion } from './converter.ts';
import { readRows, type Row } from './csv.ts';

/** The times are wall clock of this zone although they end in `Z`. */
const ZONE = 'Europe/Rome';
const CURRENCY = 'EUR';

export interface TenInvestorsFiles {
  readonly transactions: string;
  readonly prices: string;
}

/** Executions and marks of ten private investors in one stream, by time; marks come before executions of the same time (C1). */
export async function convertTenInvestors(files: TenInvestorsFiles): Promise<Conversion> {
  const executions = await executionsOf(files.transactions);
  const marks = await marksOf(files.prices);
  const symbols = [...new Set([...executions, ...marks].map(({ symbol }) => symbol))].sort();
  return {
    header: {
      tape: 1,
      name: 'Ten private investors, 2010 to 2018',
      source: 'marcozanotti/dispositionEffect, commit abb1ac72',
      licence: 'MIT',
      zone: ZONE,
      instruments: symbols.map((id) => ({
        id,
        title: id.slice(id.indexOf(':') + 1),
        currency: CURRENCY,
        feed: 'prices',
      })),
    },
    events: [...marks, ...executions].sort(inTimeOrder),
  };
}

async function executionsOf(file: string): Promise<readonly TapeExecution[]> {
  const columns = ['seq', 'investor', 'type', 'asset', 'quantity', 'price', 'datetime'];
  const executions: TapeExecution[] = [];
  for await (const row of readRows(file, columns)) {
    const seq = row.integer('seq');
    executions.push({
      type: sideOf(row),
      id: `ten:${seq}`,
      tsUs: timeOf(row),
      seq,
      ingestUs: null,
      investor: row.text('investor'),
      symbol: symbolOf(row),
      qtyE18: row.decimalE18('quantity'),
      priceE18: row.decimalE18('price'),
      feeE18: 0n,
      account: null,
      currency: CURRENCY,
      orderId: null,
    });
  }
  return executions;
}

async function marksOf(file: string): Promise<readonly TapeMark[]> {
  const marks: TapeMark[] = [];
  for await (const row of readRows(file, ['asset', 'datetime', 'price'])) {
    marks.push({
      type: 'MARK',
      id: `ten:mark:${row.number}`,
      tsUs: timeOf(row),
      seq: row.number,
      ingestUs: null,
      symbol: symbolOf(row),
      priceE18: row.decimalE18('price'),
    });
  }
  return marks;
}

function sideOf(row: Row): 'BUY' | 'SELL' {
  const side = row.text('type');
  if (side === 'B') return 'BUY';
  if (side === 'S') return 'SELL';
  throw row.problem(`"type" must be B or S, not "${side}"`);
}

function symbolOf(row: Row): string {
  const asset = row.text('asset');
  if (!/^[A-Za-z0-9:._~/-]{1,80}$/.test(asset)) throw row.problem(`"asset" is no code: "${asset}"`);
  return `borsa:${asset}`;
}

function timeOf(row: Row): number {
  let wallUs: number;
  try {
    wallUs = parseIsoUs(row.text('datetime')).us;
  } catch {
    throw row.problem(`"datetime" is no time: "${row.text('datetime')}"`);
  }
  return wallToUtcMs(wallUs / 1000, ZONE) * 1000;
}

function inTimeOrder(a: TapeEvent, b: TapeEvent): number {
  return a.tsUs - b.tsUs || rankOf(a) - rankOf(b) || (a.seq ?? 0) - (b.seq ?? 0);
}

function rankOf({ type }: TapeEvent): number {
  return type === 'MARK' ? 2 : 3;
}
