/**
 * The page on seeded fakes, for pictures that look the same in every run: prints one line of JSON with its address and the time at which it
 * stands, and runs until it is told to stop. `tools/pictures.ts` starts it.
 */
import { buildWeb, builtWebRoot, createWebServer, isWebOutdated } from '../../server/index.ts';
import { freezeFakes } from './fake-clock.ts';
import { fakeBehaviourAnswers, fakeRecord, fakeRecordItem } from './fake-investor.ts';
import { fakeOpsAnswers } from './fake-ops.ts';
import { startFakeBackend, startFakeGateway } from './fake-servers.ts';
import { fakeChannels, INVESTOR_KEY } from './fake-world.ts';

/** Two minutes into a window of five. */
const NOW_MS = Date.UTC(2026, 10, 20, 14, 32, 5);

freezeFakes(NOW_MS);
if (isWebOutdated()) await buildWeb();
const channels = fakeChannels(NOW_MS);
channels.set(`investor:${INVESTOR_KEY}`, [fakeRecordItem(fakeRecord(NOW_MS, 7))]);
const gateway = await startFakeGateway(channels);
const backend = await startFakeBackend();
// The rates of the operations page are differences of reads, so its answers count up from here.
for (const answers of [fakeBehaviourAnswers(NOW_MS), fakeOpsAnswers(NOW_MS)])
  for (const [path, answer] of answers) backend.answers.set(path, answer);
const web = await createWebServer({
  ...{ host: '127.0.0.1', port: 0, webRoot: builtWebRoot },
  ...{ apiUrl: backend.url, liveUrl: gateway.url, issuerUrl: backend.url },
});
process.stdout.write(`${JSON.stringify({ url: web.url, nowMs: NOW_MS })}\n`);
process.once('SIGTERM', () => {
  void Promise.all([web.stop(), gateway.stop(), backend.stop()]).then(() => process.exit(0));
});
