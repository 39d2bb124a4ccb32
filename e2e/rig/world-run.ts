import { setTimeout as pause } from 'node:timers/promises';
import {
  createBrokerClient,
  createDispatcher,
  createWorld,
  createWorldLedger,
  roughPlan,
  startFakeCoinbase,
  worldInstruments,
  worldInvestors,
  type BrokerClient,
  type BrokerItem,
  type Delivery,
  type FakeCoinbase,
  type WorldLedger,
  type WorldPlan,
} from '@groundswell/simulator';

export interface WorldRunOptions {
  readonly seed: number;
  readonly tradesPerSecond: number;
  readonly plan?: WorldPlan;
  /** Days of bookings before the first trade. */
  readonly historyDays: number;
}

/** A garbage frame as it was sent. */
export interface SentFrame {
  readonly text: string;
  /** A connector listened and its connection outlived the frame by seconds: it must have been dealt with. */
  isSafe: boolean;
}

/** A synthetic venue and a broker in this process, speaking the real protocols, with the truth about all they did. */
export interface WorldRun {
  readonly ledger: WorldLedger;
  readonly venue: FakeCoinbase;
  readonly garbage: readonly SentFrame[];
  /** Trade ids below which nothing is to be expected. */
  firstTradeIds(): Readonly<Record<string, number>>;
  /** Newest trade id that the venue admits to have, per product. */
  newestServed(): ReadonlyMap<string, number>;
  broker(): BrokerClient;
  /** Post the history and let the market run; resolves when everything was put on the wire. */
  run(options: {
    readonly isOver: () => boolean;
    readonly ingestUrl: string;
    readonly ingestSecret: string;
    readonly extraItems?: readonly BrokerItem[];
    readonly signal: AbortSignal;
  }): Promise<void>;
  stop(): Promise<void>;
}

const DAY_US = 86_400e6;
const TURN_MS = 10;
/** A frame is parsed and its dead letter acked long before. */
const SAFE_AFTER_MS = 10_000;

export async function openWorld(options: WorldRunOptions): Promise<WorldRun> {
  const startedMs = Date.now();
  const begin = performance.now();
  const nowUs = (): number => Math.floor((startedMs + performance.now() - begin) * 1000);
  const { seed, historyDays, plan = roughPlan } = options;
  const ledger = createWorldLedger({ keep: true });
  const world = createWorld({
    seed,
    startUs: nowUs() - historyDays * DAY_US,
    ratePerSecond: options.tradesPerSecond,
    instruments: worldInstruments,
    investors: worldInvestors,
  });
  const dispatcher = createDispatcher(world, { seed, plan, ledger });
  const history = world.history(nowUs());
  const first = world.lastTradeIds();
  const products = worldInstruments.map(({ product }) => product);
  const venue = await startFakeCoinbase({ products, port: 0, nowUs });
  venue.prime(first);
  const garbage: SentFrame[] = [];
  const newest = new Map<string, number>();
  let broker: BrokerClient | null = null;

  const next = (untilUs: number): Delivery | undefined => dispatcher.nextDue(untilUs);

  function put(delivery: Delivery): void {
    switch (delivery.kind) {
      case 'trade': {
        const { product, tradeId } = delivery.trade;
        if (delivery.rest) newest.set(product, Math.max(tradeId, newest.get(product) ?? 0));
        venue.publish(delivery.trade, delivery);
        break;
      }
      case 'frame':
        garbage.push(watched(delivery.text));
        venue.sendRaw(delivery.text);
        break;
      case 'transaction':
        broker?.add(delivery.transaction.item);
    }
  }

  /** Connections come and go with their number: one that is the same after a while has lived through it. */
  function watched(text: string): SentFrame {
    const frame: SentFrame = { text, isSafe: false };
    const { connections } = venue.faults;
    if (venue.connectionCount() === 0) return frame;
    const timer = setTimeout(() => {
      frame.isSafe = venue.connectionCount() > 0 && venue.faults.connections === connections;
    }, SAFE_AFTER_MS);
    timer.unref();
    return frame;
  }

  return {
    ledger,
    venue,
    garbage,
    firstTradeIds: () => first,
    newestServed: () => newest,
    broker: () => {
      if (broker === null) throw new TypeError('the world does not run yet');
      return broker;
    },
    async run({ isOver, ingestUrl, ingestSecret, extraItems = [], signal }) {
      broker = createBrokerClient({
        url: `${ingestUrl}/v1/ingest/world-broker/transactions`,
        secret: ingestSecret,
        nowMs: () => Date.now(),
      });
      world.skipTo(nowUs());
      for (const booking of history) dispatcher.add(booking);
      while (!isOver()) {
        signal.throwIfAborted();
        const untilUs = nowUs();
        for (let due = next(untilUs); due !== undefined; due = next(untilUs)) put(due);
        await pause(TURN_MS);
      }
      for (const item of extraItems) broker.add(item);
      // What was held back goes out now: its time is over, its order stays.
      const { pending } = dispatcher.snapshot();
      for (const delivery of pending.toSorted((a, b) => a.atUs - b.atUs)) put(delivery);
    },
    async stop() {
      broker?.stop();
      await venue.stop();
    },
  };
}
