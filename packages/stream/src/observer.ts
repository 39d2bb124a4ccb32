import type { Counts } from './store.ts';

/** What the runner tells the outside: the service turns it into logs and metrics. Never per record (PF18). */
export interface StreamObserver {
  committed(task: number, topic: string, counts: Counts, seconds: number): void;
  fenced(task: number): void;
  acquired(task: number, ownerEpoch: bigint): void;
  /** A task stopped for good until an operator or a restart: its partition is paused and readiness is false. */
  stopped(task: number, error: Error): void;
  retrying(task: number, error: Error): void;
  published(rows: number): void;
  relayFailed(error: Error): void;
  lag(topic: string, partition: number, records: number): void;
}
