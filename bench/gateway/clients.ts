/**
 * The clients of an arm, in a process of their own: a WebSocket each that speaks just enough Socket.IO. `ROOMS` asks for updates one by
 * one, else it is our protocol. Prints `ready` when everybody has subscribed, and the version of each channel that each client has, a client
 * a line, as soon as nothing is missing. So the server spends nothing on asking.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { LiveFrame } from '@groundswell/schemas';
import { endOf, expectedEnd, subscriptionsOf, type Load } from './load.ts';

const { PORT = '', LOAD = '{}', ARM = '' } = process.env;
const load = JSON.parse(LOAD) as Load;
const POLL_MS = 100;
const MAX_POLLS = 1800;

interface Client {
  readonly channels: readonly string[];
  readonly versions: Map<string, number>;
}

async function connect(channels: readonly string[], index: number): Promise<Client> {
  const versions = new Map<string, number>();
  const socket = new WebSocket(`ws://127.0.0.1:${PORT}/socket.io/?EIO=4&transport=websocket`);
  let waiting = channels.length;
  const isReady = Promise.withResolvers<undefined>();
  socket.on('message', (bytes: Buffer) => {
    const text = bytes.toString();
    if (text.startsWith('0')) socket.send(`40{"token":"client-${index}"}`);
    else if (text === '2') socket.send('3');
    else if (text.startsWith('40')) {
      channels.forEach((channel, i) => {
        socket.send(`42${i}["subscribe",${JSON.stringify({ channel })}]`);
      });
    } else if (text.startsWith('43')) {
      waiting -= 1;
      if (waiting === 0) isReady.resolve(undefined);
    } else if (text.startsWith('42["frame",')) take(JSON.parse(text.slice(11, -1)) as LiveFrame[]);
    else if (text.startsWith('42["update",')) takeOne(text);
  });

  function take(frames: readonly LiveFrame[]): void {
    for (const { channel, items } of frames) {
      for (const { ver } of items) versions.set(channel, Number(ver));
    }
  }

  /** `42["update","<channel>",{"key":...,"lineage":0,"ver":17,...`: a full parse of each would make the clients the bottleneck. */
  function takeOne(text: string): void {
    const channel = text.slice(13, text.indexOf('"', 13));
    const ver = text.indexOf('"ver":') + 6;
    versions.set(channel, Number(text.slice(ver, text.indexOf(',', ver))));
  }

  await once(socket, 'open');
  await isReady.promise;
  return { channels, versions };
}

const clients = await Promise.all(subscriptionsOf(load).map(connect));
process.stdout.write(`ready ${ARM}\n`);
const expected = expectedEnd(load);
let end = '';
for (let polls = 0; end !== expected && polls < MAX_POLLS; polls += 1) {
  await sleep(POLL_MS);
  end = clients
    .map(({ channels, versions }) => endOf(channels, (channel) => versions.get(channel) ?? 0))
    .join('\n');
}
process.stdout.write(`${JSON.stringify(end)}\n`);
await once(process.stdin.resume(), 'end');
process.exit(0);
