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

/** A synthetic venue and a broker in this process, speaking the real protocols, with the truth about all they did. */
export interface WorldRun {
  readonly ledger: WorldLedger;
  readonly venue: FakeCoinbase;
  /** Garbage frames as they were sent, and whether a connector listened. */
  readonly garbage: readonly {
    readonly text: string;
    readonly atMs: number;
    readonly heard: boolean;
  }[];
  /** Trade ids below which nothing is to be expected. */
  firstTradeIds(): Readonly<Record<string, number>>;
  /** Newest trade id that the venue admits to have, per product. */
  newestServed(): ReadonlyMap<string, number>;
  broker(): BrokerClient;
  /** Post the history and let the market run for so long; resolves when everything was put on the wire. */
  run(options: {
    readonly forMs: number;
    readonly ingestUrl: string;
    readonly ingestSecret: string;
    readonly extraItems?: readonly BrokerItem[];
    readonly signal: AbortSignal;
  }): Promise<void>;
  stop(): Promise<void>;
}

const DAY_US = 86_400e6;
const TURN_MS = 10;

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
  const garbage: { text: string; atMs: number; heard: boolean }[] = [];
  const newest = new Map<string, number>();
  let broker: BrokerClient | null = null;

  function put(delivery: Delivery): void {
    switch (delivery.kind) {
      case 'trade': {
        const { product, tradeId } = delivery.trade;
        if (delivery.rest) newest.set(product, Math.max(tradeId, newest.get(product) ?? 0));
        venue.publish(delivery.trade, delivery);
        break;
      }
      case 'frame':
        garbage.push({
          text: delivery.text,
          atMs: performance.now(),
          heard: venue.connectionCount() > 0,
        });
        venue.sendRaw(delivery.text);
        break;
      case 'transaction':
        broker?.add(delivery.transaction.item);
    }
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
    async run({ forMs, ingestUrl, ingestSecret, extraItems = [], signal }) {
      broker = createBrokerClient({
        url: `${ingestUrl}/v1/ingest/world-broker/transactions`,
        secret: ingestSecret,
        nowMs: () => Date.now(),
      });
      world.skipTo(nowUs());
      for (const booking of history) dispatcher.add(booking);
      const endUs = nowUs() + forMs * 1000;
      while (nowUs() < endUs) {
        signal.throwIfAborted();
        const untilUs = Math.min(nowUs(), endUs);
        for (
          let due = dispatcher.nextDue(untilUs);
          due !== undefined;
          due = dispatcher.nextDue(untilUs)
        )
          put(due);
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
