import type { Request, Response } from 'express';
import { formatIsoUs } from '@groundswell/domain';
import { compareIds } from '@groundswell/ledger';
import { decodeCursor, encodeCursor, type CursorParts } from '../core/cursor.ts';
import { investorLedgerOf, type Execution, type InvestorLedger } from '../core/investor-ledger.ts';
import { executionBody, lotBody, totalsBody } from '../core/lot.ts';
import { Problem } from '../core/problem.ts';
import { soleWindow } from '../core/window-size.ts';
import type { JournalReader, JournalView, PrivateReads } from '../ports.ts';
import {
  badCursor,
  currentFreshness,
  nowText,
  pastFreshness,
  queryLimit,
  queryText,
  queryTimeUs,
  type FeatureDeps,
} from './answers.ts';
import type { Handlers } from './handlers.ts';
import { readableKey } from './investors.ts';

/** A ledger is folded whole for each page; one with more events is not (S51). */
const MAX_EVENTS = 20_000;
const FEATURE_SET = 'investor.behaviour';

/** The single lots and executions behind an investor's sums. */
export function ledgerRoutes(
  deps: FeatureDeps,
  journal: JournalReader,
  reads: PrivateReads,
): Pick<Handlers, 'listLots' | 'listExecutions'> {
  return {
    listLots: async (req, res) => {
      const view = await readLedger(deps, journal, readableKey(req, res, reads), req, 'lots');
      const { ledger, fromUs, toUs } = view;
      const state = queryText(req, 'state');
      const items = ledger.lots
        .map((lot) => ({
          lot,
          timeUs: ledger.timeUs(lot.id) ?? lot.openTsMs * 1000,
          id: `${lot.id}|${lot.instrumentId}`,
        }))
        .filter(
          ({ lot: { closeTsMs, instrumentId }, timeUs }) =>
            isWanted(instrumentId, req) &&
            (state === null || (state === 'open') === (closeTsMs === null)) &&
            timeUs < toUs &&
            (closeTsMs === null || closeTsMs * 1000 >= fromUs),
        );
      answerPage(view, items, ({ lot }) => lotBody(lot, ledger), req, res, totalsBody(ledger));
    },

    listExecutions: async (req, res) => {
      const view = await readLedger(deps, journal, readableKey(req, res, reads), req, 'executions');
      const { ledger, fromUs, toUs } = view;
      const [side, lotId] = [queryText(req, 'side'), queryText(req, 'lot')];
      const items = ledger.executions
        .map((execution) => ({ execution, timeUs: execution.eventTimeUs, id: execution.event.id }))
        .filter(
          ({ execution, timeUs }) =>
            isWanted(execution.event.instrumentId, req) &&
            (side === null || execution.event.type === side) &&
            (lotId === null || isOfLot(execution, lotId)) &&
            timeUs >= fromUs &&
            timeUs < toUs,
        );
      answerPage(view, items, ({ execution }) => executionBody(execution), req, res);
    },
  };
}

/** A ledger at one state of knowledge, with what every answer about it says. */
interface LedgerAnswer {
  readonly ledger: InvestorLedger;
  readonly head: Readonly<Record<string, unknown>>;
  readonly knownAtUs: number;
  readonly walk: string;
  readonly after: Place | null;
  readonly fromUs: number;
  readonly toUs: number;
}

interface Place {
  readonly timeUs: number;
  readonly id: string;
}

async function readLedger(
  deps: FeatureDeps,
  journal: JournalReader,
  investorKey: string,
  req: Request,
  list: string,
): Promise<LedgerAnswer> {
  const [atUs, askedUs] = [queryTimeUs(req, 'at'), queryTimeUs(req, 'known_at')];
  const [fromUs, toUs] = [queryTimeUs(req, 'from') ?? 0, queryTimeUs(req, 'to') ?? Infinity];
  if (toUs <= fromUs) throw new Problem('bad-request', 'to must be after from.');
  const walk = `${list}|${investorKey}`;
  const place = placeOf(queryText(req, 'cursor'), walk);
  const view = await journal.view(investorKey, place?.knownAtUs ?? askedUs, MAX_EVENTS + 1);
  const known = view.entries.flatMap(({ knownAtUs }) => knownAtUs ?? []);
  if (askedUs !== null) refuseUnknownTimes(view, known.length);
  if (view.entries.length === 0)
    throw new Problem('unknown-value', 'Nothing is known of this entity.');
  if (view.entries.length > MAX_EVENTS)
    throw new Problem('unprocessable', `A ledger of more than ${MAX_EVENTS} events is not listed.`);
  // Clocks differ by a little: what was read was known.
  const newestUs = known.reduce((a, b) => Math.max(a, b), view.value?.knownAtUs ?? 0);
  const knownAtUs = place?.knownAtUs ?? askedUs ?? Math.max(deps.nowMs() * 1000, newestUs);
  return {
    ledger: investorLedgerOf(view.entries, atUs),
    head: {
      as_of: nowText(deps.nowMs()),
      known_at: formatIsoUs(knownAtUs),
      ...(await trustOf(deps, investorKey, view, atUs === null && askedUs === null)),
      // At another time the value is that of its own newest event, which is another question.
      value: atUs === null ? valueBody(view) : null,
    },
    ...{ knownAtUs, walk, after: place, fromUs, toUs },
  };
}

/** As of the published value that these events amount to. */
async function trustOf(
  deps: FeatureDeps,
  investorKey: string,
  { value }: JournalView,
  isNow: boolean,
) {
  const { staleAfterMs, sizeMs } = soleWindow(FEATURE_SET);
  const asOf = { atUs: null, knownAtUs: value?.knownAtUs ?? 0 };
  const [found] =
    value === null ? [] : await deps.history.latest(FEATURE_SET, [investorKey], sizeMs, asOf);
  const freshness = isNow ? currentFreshness : pastFreshness;
  return { freshness: await freshness(deps, found?.record ?? null, staleAfterMs) };
}

function valueBody({ value }: JournalView) {
  if (value === null) return null;
  const { lineage, revision, knownAtUs } = value;
  return { lineage, revision, known_at: formatIsoUs(knownAtUs) };
}

/** @throws Problem when it was not kept what was known at the instant that is asked for */
function refuseUnknownTimes({ entries }: JournalView, knownTimes: number): void {
  if (knownTimes < entries.length) {
    throw new Problem(
      'bad-request',
      'When some of these events became known was not kept, so known_at cannot be answered.',
    );
  }
}

function isWanted(instrumentId: string | null, req: Request): boolean {
  const wanted = queryText(req, 'instrument');
  return wanted === null || wanted === instrumentId;
}

/** It opened the lot, or took from it. */
function isOfLot({ event, closings }: Execution, lotId: string): boolean {
  return event.id === lotId || closings.some((closing) => closing.lotId === lotId);
}

/** Newest first. The first page fixes the state of knowledge, and its cursor carries it. */
function answerPage<T extends Place>(
  { head, knownAtUs, walk, after }: LedgerAnswer,
  items: readonly T[],
  body: (item: T) => unknown,
  req: Request,
  res: Response,
  totals?: unknown,
): void {
  const limit = queryLimit(req);
  const left = items
    .toSorted(newestFirst)
    .filter((item) => after === null || newestFirst(after, item) < 0);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  const next: CursorParts | null =
    left.length > limit && last !== undefined ? [knownAtUs, last.timeUs, last.id] : null;
  res.json({
    ...head,
    ...(totals === undefined ? {} : { totals }),
    items: page.map(body),
    next_cursor: next === null ? null : encodeCursor(walk, next),
  });
}

function newestFirst(a: Place, b: Place): number {
  return b.timeUs - a.timeUs || compareIds(b.id, a.id);
}

function placeOf(cursor: string | null, walk: string) {
  if (cursor === null) return null;
  const types = { knownAtUs: 'number', timeUs: 'number', id: 'string' } as const;
  const place = decodeCursor(cursor, walk, types);
  if (place === null) throw badCursor();
  return place;
}
