import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { KafkaConfig } from 'kafkajs';
import { tlsOptions, type TlsFiles } from '@groundswell/runtime';

type SocketFactory = NonNullable<KafkaConfig['socketFactory']>;

/** A way to a broker: bytes, not yet protected. */
export type Dial = (host: string, port: number) => Socket;

const KEEP_ALIVE_MS = 60_000;

/**
 * Connections to brokers. With TLS nothing is sent before the broker's certificate was checked, and certificates are read from their files
 * for each connection. kafkajs would read them once, and would leave the checks to whatever its options say.
 */
export function socketFactory(tls: TlsFiles | null, dial: Dial = connectTcp): SocketFactory {
  return ({ host, port, onConnect }) => {
    const tcp = dial(host, port);
    const socket =
      tls === null
        ? tcp.once('connect', onConnect)
        : connectTls({ ...tlsOptions(tls, host), host, socket: tcp }, onConnect);
    // A broker that is not there shows on the bytes below.
    if (socket !== tcp) tcp.once('error', (error) => socket.destroy(error));
    return socket.setKeepAlive(true, KEEP_ALIVE_MS);
  };
}

function connectTcp(host: string, port: number): Socket {
  return connectPlain({ host, port });
}
