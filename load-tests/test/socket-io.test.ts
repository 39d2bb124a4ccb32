import { expect } from 'chai';
import {
  connectPacket,
  eventPacket,
  parsePacket,
  socketUrl,
  type Packet,
} from '../lib/socket-io.js';

describe('Socket.IO over a plain WebSocket', () => {
  it('asks for a WebSocket without polling first, on either scheme', () => {
    expect(socketUrl('http://127.0.0.1:8081/')).to.equal(
      'ws://127.0.0.1:8081/socket.io/?EIO=4&transport=websocket',
    );
    expect(socketUrl('https://live.example')).to.match(/^wss:\/\/live\.example\/socket\.io/);
  });

  it('writes what the server of the protocol reads', () => {
    expect(connectPacket({ token: 'abc' })).to.equal('40{"token":"abc"}');
    expect(eventPacket('authenticate', { token: 'x' })).to.equal(
      '42["authenticate",{"token":"x"}]',
    );
    expect(eventPacket('subscribe', { channel: 'sources' }, 0)).to.equal(
      '420["subscribe",{"channel":"sources"}]',
    );
  });

  const spoken: readonly (readonly [string, Packet])[] = [
    ['0{"sid":"a","pingInterval":5000}', { kind: 'open', pingMs: 5000 }],
    ['2', { kind: 'ping' }],
    ['1', { kind: 'closed' }],
    ['40{"sid":"b"}', { kind: 'connected' }],
    ['41', { kind: 'closed' }],
    ['44{"message":"no","data":{"status":429}}', { kind: 'refused', status: 429 }],
    [
      '42["session",{"expires_in_ms":5}]',
      { kind: 'event', name: 'session', payload: { expires_in_ms: 5 } },
    ],
    ['4317[{"seq":3}]', { kind: 'ack', id: 17, payload: { seq: 3 } }],
    ['435[{"seq":3,"snapshot":[{"key":"k"}]}]', { kind: 'ack', id: 5, payload: { seq: 3 } }],
  ];
  for (const [text, packet] of spoken) {
    it(`understands ${text}`, () => {
      expect(parsePacket(text)).to.deep.equal(packet);
    });
  }

  for (const text of ['', '9', '4', '45', '42', '42{}', '42[1]', '43[1]', '431{', '42["x"']) {
    it(`calls ${JSON.stringify(text)} unknown instead of failing`, () => {
      expect(parsePacket(text)).to.deep.equal({ kind: 'unknown' });
    });
  }
});
