import { runDerivationService } from '@groundswell/worker';
import { readInstruments } from './adapters/instruments.ts';
import { config } from './config.ts';
import { createTopology } from './topology.ts';

await runDerivationService('derive-market', config, async ({ database }) =>
  createTopology(await readInstruments(database)),
);
