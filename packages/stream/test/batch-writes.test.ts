import { parseTraceparent } from '@groundswell/domain';
import type { Mention } from '@groundswell/schemas';
import { expect } from 'chai';
import { batchWrites } from '../src/batch-writes.ts';
import type { Candidate } from '../src/classify.ts';
import { traceparentOf, type Derived, type LogRecord } from '../src/index.ts';
import { writeDeps } from './support/write-deps.ts';

const deps = writeDeps('social.post.v1', (logical) => logical);
const applied = (entity: string): Candidate => {
  const headers = { traceparent: [Buffer.from(traceparentOf(`event of ${entity}`, null))] };
  const record: LogRecord = { offset: 0n, timestampMs: 0, key: null, value: null, headers };
  return { event: { entity }, record } as unknown as Candidate;
};
const derived = (own: Pick<Derived, 'key' | 'inputEntity'>): Derived<'social.mention.v1'> => ({
  topic: 'social.mention.v1',
  valueKey: 'v',
  eventId: () => 'made',
  ver: 1,
  build: () => ({}) as Mention,
  keep: 'nothing',
  ...own,
});

/** Whose trace the one record goes on with. */
function traceIdOf(one: Derived, ...events: readonly Candidate[]): string | undefined {
  const { outbox } = batchWrites(
    deps,
    { id: { group: 'g', task: 0 }, ownerEpoch: 1n, lineage: 1, positions: [], lastKnownAtUs: 0 },
    { state: [], derived: [one] },
    { advances: [], applied: events, dead: [], late: [] },
  );
  return parseTraceparent(outbox[0]?.traceparent ?? '')?.traceId;
}
const startedBy = (entity: string): string | undefined =>
  parseTraceparent(traceparentOf(`event of ${entity}`, null))?.traceId;

// Mentions are keyed by instrument, the posts that they are made of by post: looked up by key, every mention of a batch had the trace of
// the last post of that batch.
describe('the trace of a row of the outbox', () => {
  it('is that of the entity it was made from, where it has another key', () => {
    const mention = derived({ key: 'crypto:A', inputEntity: 'post 1' });
    const found = traceIdOf(mention, applied('post 1'), applied('post 2'));
    expect(found).to.equal(startedBy('post 1'));
  });

  it('is that of its key, where nothing else is said', () => {
    const found = traceIdOf(derived({ key: 'a' }), applied('a'), applied('b'));
    expect(found).to.equal(startedBy('a'));
  });
});
