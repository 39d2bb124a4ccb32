import { runDerivationService } from '@groundswell/worker';
import { createZoneReader } from './adapters/zones.ts';
import { config } from './config.ts';
import { createTopology } from './topology.ts';

await runDerivationService('derive-behaviour', config, ({ database }) =>
  Promise.resolve(createTopology(createZoneReader(database))),
);
