import { runDerivationService } from '@groundswell/worker';
import { config } from './config.ts';
import { createTopology } from './topology.ts';

await runDerivationService('derive-behaviour', config, () => Promise.resolve(createTopology()));
