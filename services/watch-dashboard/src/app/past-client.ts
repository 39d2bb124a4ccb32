import type { LiveClient, LiveState } from '@groundswell/client';
import type { LiveProblem } from '@groundswell/schemas';
import type { GetJson } from '../lib/http.ts';
import { channelData, pastRead, type HistoryItem } from '../lib/past.ts';

export interface PastOptions {
  readonly getJson: GetJson;
  readonly knownAtMs: number;
  readonly feedOf: (instrument: string) => string | null;
}

/** Reads at a time: a board asks for dozens. */
const MAX_READING = 4;
const LIVE: LiveState = { name: 'live', attempt: 0, detail: null };

/**
 * A client that looks like the live one and answers every subscription once, with what was known at an instant. Pages need not know
 * which of the two they follow. Channels without a history are empty.
 */
export function createPastClient({ getJson, knownAtMs, feedOf }: PastOptions): LiveClient {
  const waiting: (() => Promise<void>)[] = [];
  let reading = 0;
  let isClosed = false;

  function next(): void {
    const run = waiting.shift();
    if (run === undefined || reading >= MAX_READING) {
      if (run !== undefined) waiting.unshift(run);
      return;
    }
    reading += 1;
    void run().finally(() => {
      reading -= 1;
      next();
    });
    next();
  }

  return {
    state: {
      get: () => LIVE,
      subscribe(run) {
        run(LIVE);
        return () => undefined;
      },
    },
    store: { get: () => undefined, values: () => new Map() },
    subscribe(channel, listener) {
      let isOver = false;
      const accepted = { verdict: 'resynced' as const, epoch: 'past', seq: 0 };
      waiting.push(async () => {
        const read = pastRead(channel, knownAtMs, feedOf);
        if (isOver || isClosed) return;
        if (read === null) {
          listener.onVerdict?.(accepted);
          return;
        }
        const answer = await getJson<{ items?: readonly HistoryItem[]; item?: HistoryItem }>(
          read.path,
        );
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- both may change while it is read
        if (isOver || isClosed) return;
        if (!answer.ok) {
          const { status, type, title } = answer.problem;
          const error: LiveProblem = { status, type, title };
          listener.onVerdict?.({ error });
          return;
        }
        const items = answer.value.items ?? (answer.value.item ? [answer.value.item] : []);
        for (const item of items) {
          const key = `${item.feature_set}|${item.entity}|${item.window.start}`;
          const data = channelData(item);
          listener.onItem?.({ key, lineage: item.lineage, ver: item.revision, data }, 'snapshot');
        }
        listener.onVerdict?.(accepted);
      });
      next();
      return () => {
        isOver = true;
      };
    },
    dismissGap: () => undefined,
    connect: () => undefined,
    close() {
      isClosed = true;
    },
  };
}
