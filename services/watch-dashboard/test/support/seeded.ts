/**
 * The page on seeded fakes, for pictures that look the same in every run: prints one line of JSON with its address and the time at which it
 * stands, and runs until it is told to stop. `tools/pictures.ts` starts it.
 */
import { buildWeb, builtWebRoot, createWebServer, isWebOutdated } from '../../server/index.ts';
import { freezeFakes } from './fake-clock.ts';
import { startFakeBackend, startFakeGateway } from './fake-servers.ts';
import { fakeChannels } from './fake-world.ts';

/** Two minutes into a window of five. */
const NOW_MS = Date.UTC(2026, 10, 20, 14, 32, 5);

freezeFakes(NOW_MS);
if (isWebOutdated()) await buildWeb();
const gateway = await startFakeGateway(fakeChannels(NOW_MS));
const backend = await startFakeBackend();
const web = await createWebServer({
  ...{ host: '127.0.0.1', port: 0, webRoot: builtWebRoot },
  ...{ apiUrl: backend.url, liveUrl: gateway.url, issuerUrl: backend.url },
});
process.stdout.write(`${JSON.stringify({ url: web.url, nowMs: NOW_MS })}\n`);
process.once('SIGTERM', () => {
  void Promise.all([web.stop(), gateway.stop(), backend.stop()]).then(() => process.exit(0));
});
