export { barConfig, createTopology } from './topology.ts';
