import { createRecordCodec } from '@groundswell/kafka';
import { formatIsoUs } from '@groundswell/domain';
import type { BrokerItem } from '@groundswell/simulator';
import { openAudience, openCaller, type Audience, type Caller } from './callers.ts';
import { expectLedger, type LedgerExpectation } from './expect-ledger.ts';
import { expectMarket, type MarketExpectation } from './expect-market.ts';
import { followTopics, type LogTape, type TapeRecord } from './log-tape.ts';
import { startPollution, type Pollution } from './pollution.ts';
import { publishedInHistory, publishedInTopics, type Published } from './published.ts';
import { connectorsAreDone, cursorProgress, quiesce } from './quiesce.ts';
import { watchSlots, type SlotWatch } from './slot-watch.ts';
import { openStack, type Addresses, type Stack } from './stack.ts';
import { until } from './until.ts';
import { openWorld, type WorldRun } from './world-run.ts';

const TAPED = [
  'market.trade.v1',
  'brokerage.transaction.v1',
  'market.mark.v1',
  'feature.symbol.market.v1',
  'feature.investor.behaviour.v1',
  'control.dead-letter.v1',
  'control.late-event.v1',
  'control.gap.v1',
] as const;

/** Everything between the venue and a client. */
export const coreServices = [
  'dev-issuer',
  'connect-market',
  'connect-brokerage',
  'derive-market',
  'derive-behaviour',
  'persist-online',
  'serve-live',
  'serve-api',
] as const;

export interface SceneOptions {
  readonly seed: number;
  readonly addresses: Addresses;
  readonly tradesPerSecond: number;
}

/** What the topics carried, what must have come of it, and what did. */
export interface Outcome {
  readonly market: MarketExpectation;
  readonly ledger: LedgerExpectation;
  readonly topics: Published;
  readonly history: Published;
}

/** A rough world, the services, a polluter, a tape of all topics and an audience: the set-up of every fault test. */
export interface Scene {
  readonly stack: Stack;
  readonly world: WorldRun;
  readonly tape: LogTape;
  readonly pollution: Pollution;
  readonly audience: Audience;
  readonly analyst: Caller;
  readonly slots: SlotWatch;
  /** Let the world run until it is over; resolves when all of it is on the wire. */
  play(isOver: () => boolean): Promise<void>;
  /** Wait until nothing is under way, then recompute everything. */
  settle(): Promise<Outcome>;
  close(options: { readonly keepLogs: boolean }): Promise<void>;
}

export async function openScene({
  seed,
  addresses,
  tradesPerSecond,
}: SceneOptions): Promise<Scene> {
  const world = await openWorld({ seed, tradesPerSecond, historyDays: 10 });
  const stack = await openStack({
    addresses,
    services: coreServices,
    env: () => ({
      'connect-market': {
        COINBASE_WS_URL: world.venue.wsUrl,
        COINBASE_REST_URL: world.venue.restUrl,
      },
    }),
  });
  const releasers: (() => Promise<void>)[] = [world.stop];
  const close: Scene['close'] = async (options) => {
    for (const release of releasers.splice(0).reverse()) await release().catch(() => undefined);
    await stack.close(options);
  };
  try {
    await stack.start(coreServices);
    const pollution = await startPollution(stack, seed);
    const tape = await followTopics(stack, TAPED, (record) => {
      pollution.take(record);
    });
    releasers.push(() => tape.stop());
    const audience = await openAudience(stack);
    releasers.push(() => {
      audience.close();
      return Promise.resolve();
    });
    await until('live connections', () => {
      const waiting = audience.clients.filter((one) => one.state.get().name !== 'live').length;
      return waiting === 0 || `${waiting} are not live`;
    });
    const first = new Map(Object.entries(world.firstTradeIds()));
    await until('the connector to follow every product', () => cursorProgress(stack, first));
    const analyst = await openCaller(stack, 'analyst');
    const slots = watchSlots(stack);
    releasers.push(() => slots.stop());
    const extraItems = itemsOfTomorrow();

    return {
      stack,
      world,
      tape,
      pollution,
      audience,
      analyst,
      slots,
      close,
      play: (isOver) =>
        world.run({
          isOver,
          ingestUrl: stack.service('connect-brokerage').url,
          ingestSecret: stack.secrets.ingestSecret,
          extraItems,
          signal: stack.signal,
        }),
      async settle() {
        await connectorsAreDone(stack, world);
        await until('the tape', async () => (await tape.behind()) ?? true, {
          signal: stack.signal,
        });
        await pollution.finish();
        await quiesce(stack, tape);
        await slots.stop();
        return outcomeOf({ stack, world, tape, pollution }, extraItems);
      },
    };
  } catch (thrown) {
    await close({ keepLogs: true });
    throw thrown;
  }
}

async function outcomeOf(
  { stack, world, tape, pollution }: Pick<Scene, 'stack' | 'world' | 'tape' | 'pollution'>,
  extraItems: readonly BrokerItem[],
): Promise<Outcome> {
  const trades = createRecordCodec(stack.registry, 'market.trade.v1');
  const transactions = createRecordCodec(stack.registry, 'brokerage.transaction.v1');
  const isGood = ({ headers }: TapeRecord): boolean =>
    Buffer.from(headers['planted']?.[0] ?? []).toString() !== 'poison';
  const tradeRecords = tape.records('market.trade.v1').filter(isGood);
  const transactionRecords = tape.records('brokerage.transaction.v1').filter(isGood);
  await trades.prepare(tradeRecords.map(({ value }) => value));
  await transactions.prepare(transactionRecords.map(({ value }) => value));
  const market = expectMarket(
    tradeRecords,
    trades.decode,
    world.ledger,
    pollution.planted,
    world.newestServed(),
  );
  const ledger = expectLedger(
    transactionRecords,
    transactions.decode,
    { ledger: world.ledger, extraItems },
    stack.secrets.investorHmacKey,
    market.marks,
  );
  return {
    market,
    ledger,
    topics: await publishedInTopics(stack, tape),
    history: await publishedInHistory(stack),
  };
}

/** From a clock that runs ahead by a day: they must be quarantined. */
function itemsOfTomorrow(): readonly BrokerItem[] {
  return ['ahead-1', 'ahead-2'].map((id) => ({
    id,
    investor: 'demo-01',
    account: 'demo-01-main',
    kind: 'DEPOSIT',
    net_cash: '1000000',
    currency: 'USD',
    event_time: formatIsoUs((Date.now() + 86_400_000) * 1000),
  }));
}
