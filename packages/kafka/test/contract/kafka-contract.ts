import type { Socket } from 'node:net';
import type { RecordSink, RecordSource } from '@groundswell/stream';
import type { RecordSourceOptions } from '@groundswell/kafka';
import { sinkContract } from './sink-contract.ts';
import { sourceContract } from './source-contract.ts';
import { groupContract } from './group-contract.ts';
import { resourceContract } from './resource-contract.ts';

/** One client library behind our ports, as the contract suite of processing.md section 12 drives it. */
export interface Adapter {
  createSource(options: RecordSourceOptions): RecordSource;
  createSink(): RecordSink;
  createTopic(name: string, partitions: number): Promise<void>;
  /** Remove the records below an offset, as retention does. */
  truncateBelow(topic: string, partition: number, offset: bigint): Promise<void>;
  /** A record with the same header twice, which our sink cannot write. */
  sendWithDoubledHeader(topic: string, key: string, values: readonly string[]): Promise<void>;
  /** Records that no reader may see: a transaction that is rolled back. */
  sendAborted(topic: string, values: readonly string[]): Promise<void>;
  committed(groupId: string, topic: string, partition: number): Promise<bigint>;
  close(): Promise<void>;
}

export interface AdapterOptions {
  readonly dial?: (host: string, port: number) => Socket;
  readonly requestTimeoutMs?: number;
}

export type MakeAdapter = (options?: AdapterOptions) => Adapter;

/** Every adapter passes this on a real broker. Implemented so far: K1 (P1, P4-P7), K2-K4, K9, K10, K13-K15. */
export function kafkaContractSuite(makeAdapter: MakeAdapter): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };

  before(() => process.on('unhandledRejection', note));

  after('no rejection was left unhandled (K15)', () => {
    process.off('unhandledRejection', note);
    if (unhandled.length > 0) throw unhandled[0];
  });

  sinkContract(makeAdapter);
  sourceContract(makeAdapter);
  groupContract(makeAdapter);
  resourceContract(makeAdapter);
}
