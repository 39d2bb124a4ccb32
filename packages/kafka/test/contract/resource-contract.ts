import { expect } from 'chai';
import { uniqueName } from '../support/env.ts';
import { Recorder } from '../support/recorder.ts';
import { until } from '../support/wait.ts';
import type { MakeAdapter } from './kafka-contract.ts';

const WATCHED = ['TCPSocketWrap', 'Timeout'];
const WINDOWS = 5;
const MEASURED_MS = 3_000;

function openResources(): number {
  return process.getActiveResourcesInfo().filter((name) => WATCHED.includes(name)).length;
}

/** Share of a core that the whole process used over a few seconds. */
async function cpuShare(): Promise<number> {
  const start = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / MEASURED_MS;
}

/** K13: an idle client costs nothing, a closed one leaves nothing. */
export function resourceContract(makeAdapter: MakeAdapter): void {
  it('rests below 1 % of a core and leaves no socket and no timer behind (K13)', async () => {
    // mocha sets its own timer after the first synchronous part of a test.
    await Promise.resolve();
    const before = openResources();
    // What this process does by itself: hundreds of loaded tests are compiled and collected beside us.
    const own = Math.min(await cpuShare(), await cpuShare());
    const adapter = makeAdapter();
    const topic = uniqueName('idle');
    await adapter.createTopic(topic, 6);
    const source = adapter.createSource({
      groupId: uniqueName('group'),
      keyedTopics: [topic],
      broadcastTopics: [],
      maxWaitTimeMs: 500,
    });
    const recorder = new Recorder().seekToStart(source, topic);
    await source.start(recorder);
    await adapter
      .createSink()
      .send(topic, 0, [{ key: null, value: Buffer.from('x'), headers: {} }]);
    await until(() => recorder.batches.length === 1);
    expect(openResources()).to.be.greaterThan(before);

    // The calmest of a few windows: a busy machine adds to some of them, the unpatched request queue (2.4 % per connection, H10) to all.
    const shares: number[] = [];
    for (let window = 0; window < WINDOWS && !shares.some((share) => share < 0.01); window += 1) {
      shares.push((await cpuShare()) - own);
    }
    expect(Math.min(...shares)).to.be.lessThan(0.01);

    await adapter.close();
    await until(() => openResources() <= before, 5_000);
  });
}
