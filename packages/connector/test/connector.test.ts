import { createMetrics, systemClock, type Logger } from '@groundswell/runtime';
import type { SourceStatus, Trade } from '@groundswell/schemas';
import { expect } from 'chai';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { defaultBackoffLimits } from '../src/backoff.ts';
import { startConnector, type Connector } from '../src/connector.ts';
import { createMemoryCursorStore, createMemorySink } from '../src/memory.ts';
import { createConnectorMetrics } from '../src/metrics.ts';
import type { BackfillRequest, FrameOutcome } from '../src/source.ts';

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

const trade = (id: number): FrameOutcome => ({
  kind: 'event',
  event: {
    stream: 'a',
    id,
    eventTimeUs: id * 1000,
    topic: 'market.trade.v1',
    key: 'a',
    record: { eventId: `t:${id}` } as Trade,
  },
});

/** A venue that sends several rows a frame, acknowledges stream by stream and is asked by time; its frames are the outcomes themselves. */
describe('a connector to a venue of rows', () => {
  let server: WebSocketServer;
  let venue: WebSocket;
  let connector: Connector;
  const asked: string[] = [];
  const backfills: BackfillRequest[] = [];
  const cursors = createMemoryCursorStore();
  const sink = createMemorySink();
  const say = (...outcomes: readonly FrameOutcome[]): void => {
    venue.send(JSON.stringify(outcomes));
  };
  const trades = (): string[] =>
    sink.records.filter((one) => one.topic === 'market.trade.v1').map((one) => one.eventId);
  const stateOf = (stream: string): string | undefined =>
    (sink.records.findLast((one) => one.key === `venue/${stream}`)?.record as SourceStatus).state;
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await pause(5);
  };

  before(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const opened = once(server, 'connection') as Promise<[WebSocket]>;
    connector = await startConnector({
      source: {
        cursorName: 'venue',
        source: 'venue',
        feed: 'venue',
        url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
        streams: ['a', 'nope'],
        limits: {
          stageMs: 5000,
          watchdogMs: 10_000,
          maxFrameBytes: 10_000,
          maxInFlight: 100,
          backoff: defaultBackoffLimits,
          repairDelayMs: 20,
          maxRepairIds: 100,
          repairAttempts: 2,
          cursorSaveMs: 20,
          statusMs: 50,
        },
        subscribeText: (streams) => streams.join(),
        parse: (text) => JSON.parse(text) as readonly FrameOutcome[],
        backfill(request) {
          backfills.push(request);
          return Promise.resolve([4, 3].map((id) => ({ outcome: trade(id), text: '' })));
        },
      },
      sink,
      cursors,
      clock: systemClock,
      random: () => 0.5,
      log: silent,
      metrics: createConnectorMetrics(createMetrics('test')),
      service: 'test',
      codeVersion: 'test',
      onFatal: () => undefined,
    });
    [venue] = await opened;
    venue.on('message', (data) => asked.push((data as Buffer).toString()));
    await once(venue, 'message');
  });
  after(async () => {
    await connector.stop(500);
    server.close();
  });

  it('follows one stream after another one was refused, without asking for it again', async () => {
    say({ kind: 'acknowledged', stream: 'a' });
    say({ kind: 'failure', backoff: 'STOP', reason: 'unknown', stream: 'nope' });
    await until(() => stateOf('a') === 'LIVE' && stateOf('nope') === 'STOPPED');
    expect(asked).to.deep.equal(['a,nope']);
  });

  it('publishes every row once, and fills a hole that is named by its ids and its times', async () => {
    say(trade(1), trade(2));
    // The snapshot after a subscription: known rows again, then a hole.
    say(trade(1), trade(2), trade(5));
    await until(() => cursors.positions('venue')['a'] === 6);
    expect(trades()).to.deep.equal([1, 2, 5, 3, 4].map((id) => `t:${id}`));
    expect(backfills).to.have.length(1);
    expect(backfills[0]).to.include({ fromId: 3, toId: 4, afterUs: 2000, beforeUs: 5000 });
  });
});
