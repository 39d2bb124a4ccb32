import { GroundswellError } from '@groundswell/domain';
import type { BatchControl, FetchedBatch } from '@groundswell/stream';
import { expect } from 'chai';
import { mock } from 'node:test';
import { RegistryUnavailableError } from '../src/errors.ts';
import { PartitionFlow } from '../src/partition-flow.ts';

const BEYOND_DOUBLE = 2n ** 53n + 1n;
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

class Outage extends GroundswellError {
  constructor() {
    super('not now', { code: 'GW_POSTGRES_UNAVAILABLE', retriable: true });
  }
}

/** The flow with everything that it tells the client written down. */
function harness(onBatch: (batch: FetchedBatch, control: BatchControl) => Promise<bigint>) {
  const told: string[] = [];
  const bugs: Error[] = [];
  const flow = new PartitionFlow({
    logger: silent,
    onBatch,
    onBug: (error) => bugs.push(error),
    fetch: {
      seek: ({ partition }, offset) => told.push(`seek ${partition} ${offset}`),
      pause: ({ partition }) => told.push(`pause ${partition}`),
      resume: ({ partition }) => told.push(`resume ${partition}`),
    },
  });
  const take = (from: bigint, to: bigint): Promise<void> =>
    flow.take({
      batch: {
        topic: 't',
        partition: 0,
        fetchedOffset: from,
        endOffset: to,
        highWatermark: to,
        records: [],
      },
      heartbeat: () => Promise.resolve(),
      resolve: () => told.push(`resolve ${to}`),
    });
  return { flow, told, bugs, take };
}

const at = { topic: 't', partition: 0 };
const committable = (flow: PartitionFlow, nextOffset: bigint): boolean =>
  flow.committable([{ ...at, nextOffset }]).length === 1;

describe('the flow of one partition', () => {
  it('is paused from the assignment to the first seek', () => {
    const { flow, told } = harness(() => Promise.resolve(0n));
    flow.assign({ t: [0] });
    flow.seek(at, 5n);
    expect(told).to.deep.equal(['pause 0', 'seek 0 5', 'resume 0']);
  });

  it('resolves a finished batch and seeks to any other offset', async () => {
    let next = 10n;
    const { flow, told, take } = harness(() => Promise.resolve(next));
    flow.assign({ t: [0] });
    flow.seek(at, 0n);
    told.length = 0;
    await take(0n, 10n);
    next = 12n;
    await take(10n, 20n);
    expect(told).to.deep.equal(['resolve 10', 'seek 0 12']);
  });

  it('keeps offsets beyond 2^53 exact (K10)', async () => {
    const { flow, told, take } = harness((batch) => Promise.resolve(batch.fetchedOffset + 1n));
    flow.assign({ t: [0] });
    flow.seek(at, BEYOND_DOUBLE);
    await take(BEYOND_DOUBLE, BEYOND_DOUBLE + 5n);
    expect(told).to.include('seek 0 9007199254740993').and.include('seek 0 9007199254740994');
    expect(committable(flow, BEYOND_DOUBLE + 1n)).to.equal(true);
  });

  it('ignores what a batch of an old generation returns (K4)', async () => {
    let finish: (next: bigint) => void = () => undefined;
    let control: BatchControl | null = null;
    const { flow, told, take } = harness((_, given) => {
      control = given;
      return new Promise((resolve) => (finish = resolve));
    });
    flow.assign({ t: [0] });
    flow.seek(at, 0n);
    const work = take(0n, 10n);
    flow.assign({ t: [0] });
    flow.seek(at, 3n);
    told.length = 0;
    expect((control as BatchControl | null)?.isStale()).to.equal(true);
    finish(10n);
    await work;
    expect(told).to.deep.equal([]);
    // The partition came back to us, but this generation was given nothing beyond 3.
    expect(committable(flow, 10n)).to.equal(false);
    expect(flow.positionOf(at)).to.equal(3n);
  });

  it('ignores what a batch returns after the owner sought elsewhere', async () => {
    const { flow, told, take } = harness(() => {
      flow.seek(at, 2n);
      return Promise.resolve(10n);
    });
    flow.assign({ t: [0] });
    flow.seek(at, 0n);
    told.length = 0;
    await take(0n, 10n);
    expect(told).to.deep.equal(['seek 0 2', 'resume 0']);
  });

  it('lets only offsets be committed that this generation has reached', async () => {
    const { flow, take } = harness((batch) => Promise.resolve(batch.endOffset));
    flow.assign({ t: [0] });
    expect(committable(flow, 0n)).to.equal(false);
    flow.seek(at, 5n);
    await take(5n, 8n);
    expect([4n, 5n, 8n, 9n].map((offset) => committable(flow, offset))).to.deep.equal([
      false,
      true,
      true,
      false,
    ]);
    flow.lose();
    expect(committable(flow, 8n)).to.equal(false);
  });

  it('pauses after a failure that passes and keeps the position', async () => {
    const { flow, told, bugs, take } = harness(() => Promise.reject(new Outage()));
    flow.assign({ t: [0] });
    flow.seek(at, 0n);
    told.length = 0;
    await take(0n, 10n);
    expect(told).to.deep.equal(['pause 0']);
    expect(flow.positionOf(at)).to.equal(0n);
    expect(bugs).to.deep.equal([]);
    flow.lose();
  });

  // Processing.md, row outage: the pause doubles, chance takes up to half of it, and 30 s are the most.
  describe('while the registry does not answer', () => {
    beforeEach(() => {
      mock.timers.enable({ apis: ['setTimeout'] });
    });
    afterEach(() => {
      mock.timers.reset();
    });

    for (const [failures, leastMs, mostMs] of [
      [1, 200, 400],
      [4, 1_600, 3_200],
      [8, 15_000, 30_000],
      [50, 15_000, 30_000],
    ] as const) {
      it(`waits ${leastMs} to ${mostMs} ms after failure ${failures}`, async () => {
        const { flow, told, take } = harness(() =>
          Promise.reject(new RegistryUnavailableError('no answer')),
        );
        flow.assign({ t: [0] });
        flow.seek(at, 0n);
        for (let failed = 1; failed < failures; failed += 1) {
          await take(0n, 10n);
          mock.timers.tick(60_000);
        }
        await take(0n, 10n);
        told.length = 0;
        mock.timers.tick(leastMs - 1);
        expect(told).to.deep.equal([]);
        mock.timers.tick(mostMs - leastMs + 1);
        expect(told).to.deep.equal(['resume 0']);
        flow.lose();
      });
    }
  });

  it('reports what no repetition repairs', async () => {
    const { flow, bugs, take } = harness(() => Promise.reject(new TypeError('a bug')));
    flow.assign({ t: [0] });
    flow.seek(at, 0n);
    await take(0n, 10n);
    expect(bugs[0]).to.be.instanceOf(TypeError);
  });

  it('slows down when the owner gives the same batch back again and again', async () => {
    const { flow, told, take } = harness((batch) => Promise.resolve(batch.fetchedOffset));
    flow.assign({ t: [0] });
    flow.seek(at, 0n);
    told.length = 0;
    await take(0n, 10n);
    expect(told).to.deep.equal(['seek 0 0']);
    await take(0n, 10n);
    expect(told).to.deep.equal(['seek 0 0', 'seek 0 0', 'pause 0']);
    flow.lose();
  });
});
