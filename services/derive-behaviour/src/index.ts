export { createTopology, ledgerOptions } from './topology.ts';
