export { createReceiver, type ReceiverOptions } from './sources/http/receive.ts';
export { createIngest, type IngestDeps } from './topology.ts';
