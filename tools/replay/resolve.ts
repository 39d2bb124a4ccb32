import { compareOrdered } from '@groundswell/oracle';
import {
  TapeError,
  type TapeCancel,
  type TapeCash,
  type TapeCorrection,
  type TapeExecution,
  type TapeMark,
  type TapePost,
  type TapeSet,
  type TapeTrade,
} from '../tape/index.ts';
import type { LoadedTape } from './load.ts';

type Booking = TapeExecution | TapeCash;
type Target = Booking | TapeTrade | TapeMark | TapePost;

/** An event that belongs on a topic, with everything that its record must say. */
export type Resolved =
  | { readonly topic: 'trade'; readonly op: 'CREATE'; readonly event: TapeTrade }
  | {
      readonly topic: 'trade';
      readonly op: 'CORRECT';
      readonly event: TapeCorrection;
      /** The target with the named fields of this and of earlier corrections replaced. */
      readonly content: TapeTrade;
    }
  | {
      readonly topic: 'trade';
      readonly op: 'CANCEL';
      readonly event: TapeCancel;
      readonly symbol: string;
    }
  | { readonly topic: 'booking'; readonly op: 'CREATE'; readonly event: Booking }
  | {
      readonly topic: 'booking';
      readonly op: 'CORRECT';
      readonly event: TapeCorrection;
      readonly content: Booking;
    }
  | {
      readonly topic: 'booking';
      readonly op: 'CANCEL';
      readonly event: TapeCancel;
      readonly investor: string;
    }
  | { readonly topic: 'mark'; readonly op: 'CREATE'; readonly event: TapeMark }
  | {
      readonly topic: 'mark';
      readonly op: 'CORRECT';
      readonly event: TapeCorrection;
      readonly content: TapeMark;
      readonly revision: number;
    }
  | ResolvedPost;

/** An event of a post, with the post itself. */
export type ResolvedPost = { readonly topic: 'post'; readonly post: TapePost } & (
  | { readonly op: 'CREATE'; readonly event: TapePost }
  | { readonly op: 'CORRECT'; readonly event: TapeCorrection; readonly text: string }
  | { readonly op: 'CANCEL'; readonly event: TapeCancel }
);

/** What a record of each kind can have corrected. */
const correctable: Readonly<Record<Resolved['topic'], readonly (keyof TapeSet)[]>> = {
  trade: ['tsUs', 'seq', 'priceE18', 'sizeE18', 'priceOk', 'volOk'],
  // Its own time orders a booking's corrections, so that the record has no place for a corrected time.
  booking: ['symbol', 'qtyE18', 'priceE18', 'feeE18', 'amountE18'],
  mark: ['priceE18'],
  post: ['text'],
};

/**
 * Give every event its topic, and every correction the whole content of its target: on the tape it names only what changes, and may
 * stand before its target. The content holds earlier corrections too (C14), so the last one by its own order says it all.
 * @throws TapeError for an event that has no topic yet, or a correction that no record can carry
 */
export function resolveTape({ file, events }: LoadedTape): readonly Resolved[] {
  const targets = new Map<string, Target>();
  const corrections = new Map<string, TapeCorrection[]>();
  for (const { event } of events) {
    if (event.type === 'CORRECT') {
      const known = corrections.get(event.ref);
      if (known === undefined) corrections.set(event.ref, [event]);
      else known.push(event);
    } else if (isTarget(event) && !targets.has(event.id)) targets.set(event.id, event);
  }
  return events.map(({ line, event }): Resolved => {
    const fail = (problem: string) => new TapeError(file, line, problem);
    switch (event.type) {
      case 'TRADE':
        return { topic: 'trade', op: 'CREATE', event };
      case 'MARK':
        return { topic: 'mark', op: 'CREATE', event };
      case 'POST':
        return { topic: 'post', op: 'CREATE', event, post: event };
      case 'BUY':
      case 'SELL':
      case 'DEPOSIT':
      case 'WITHDRAWAL':
      case 'DIVIDEND':
      case 'INTEREST':
      case 'FEE':
        return { topic: 'booking', op: 'CREATE', event };
      case 'CANCEL':
        return cancelOf(event, targets.get(event.ref), fail);
      case 'CORRECT': {
        const target = targets.get(event.ref);
        if (target === undefined) {
          throw fail(`nothing on the tape has the id "${event.ref}" that this corrects`);
        }
        const earlier = (corrections.get(event.ref) ?? []).filter(
          (other) => compareOrdered(other, event) <= 0,
        );
        return correctionOf(event, target, earlier.toSorted(compareOrdered), fail);
      }
      case 'SPLIT':
      case 'SYMBOL_CHANGE':
      case 'SPINOFF':
      case 'RETURN_OF_CAPITAL':
      case 'QUOTE':
      case 'HALT':
      case 'RESUME':
        throw fail(`${event.type} has no topic in this version, so it cannot be replayed`);
    }
  });
}

function isTarget(event: { readonly type: string }): event is Target {
  return topicOf(event.type) !== null;
}

function topicOf(type: string): Resolved['topic'] | null {
  if (type === 'TRADE') return 'trade';
  if (type === 'MARK') return 'mark';
  if (type === 'POST') return 'post';
  const bookings = ['BUY', 'SELL', 'DEPOSIT', 'WITHDRAWAL', 'DIVIDEND', 'INTEREST', 'FEE'];
  return bookings.includes(type) ? 'booking' : null;
}

type Fail = (problem: string) => TapeError;

function cancelOf(event: TapeCancel, target: Target | undefined, fail: Fail): Resolved {
  if (target?.type === 'MARK') throw fail('a mark can be corrected, but not cancelled');
  if (target?.type === 'TRADE') {
    return { topic: 'trade', op: 'CANCEL', event, symbol: target.symbol };
  }
  if (target?.type === 'POST') return { topic: 'post', op: 'CANCEL', event, post: target };
  const investor = target?.investor ?? event.investor;
  if (investor !== null) return { topic: 'booking', op: 'CANCEL', event, investor };
  if (event.symbol !== null) return { topic: 'trade', op: 'CANCEL', event, symbol: event.symbol };
  throw fail(
    `nothing on the tape has the id "${event.ref}" that this cancels: name an investor or a symbol`,
  );
}

function correctionOf(
  event: TapeCorrection,
  target: Target,
  upToThis: readonly TapeCorrection[],
  fail: Fail,
): Resolved {
  const topic = topicOf(target.type) ?? 'booking';
  const named = Object.keys(event.set) as (keyof TapeSet)[];
  const other = named.find((name) => !correctable[topic].includes(name));
  if (other !== undefined) {
    throw fail(
      `a correction of a ${target.type} cannot replace "${other.replace(/E18$|Us$/, '')}"`,
    );
  }
  if (target.type === 'POST') {
    const { text } = event.set;
    if (text === undefined) throw fail('a correction of a POST must set its "text"');
    return { topic: 'post', op: 'CORRECT', event, post: target, text };
  }
  const content = upToThis.reduce<Exclude<Target, TapePost>>(
    (corrected, { set }) => ({ ...corrected, ...set }),
    target,
  );
  const op = 'CORRECT';
  if (content.type === 'TRADE') return { topic: 'trade', op, event, content };
  if (content.type === 'MARK') {
    return { topic: 'mark', op, event, content, revision: upToThis.length + 1 };
  }
  return { topic: 'booking', op, event, content };
}

/** Posts as they came, without edits. */
export function postsOf(events: readonly Resolved[]): readonly TapePost[] {
  return events.flatMap((one) => (one.topic === 'post' && one.op === 'CREATE' ? [one.event] : []));
}
