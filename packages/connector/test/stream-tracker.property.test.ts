import { createStreamTracker } from '@groundswell/connector';
import { expect } from 'chai';
import fc from 'fast-check';

/** What a stream may do, in any order, with ids 1..30. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('observe' as const),
      id: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('ack' as const), id: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('announce' as const),
      id: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('declare' as const), id: fc.nat(5) }) },
);

describe('the tracker, whatever a stream does', () => {
  it('takes each id once, never moves its position past an unsettled id, and ends complete', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (steps, resumed) => {
        const tracker = createStreamTracker(resumed ? 1 : null);
        const taken = new Set<number>();
        const acked = new Set<number>();
        const declared = new Set<number>();
        for (const one of steps) {
          if (one.do === 'observe') {
            const outcome = tracker.observe(one.id, one.id, 0);
            if (outcome === 'take') {
              expect(taken.has(one.id), `id ${one.id} taken twice`).to.equal(false);
              taken.add(one.id);
            } else if (outcome === 'duplicate') {
              expect(taken.has(one.id), `id ${one.id} dropped unseen`).to.equal(true);
            }
          } else if (one.do === 'ack') {
            if (taken.has(one.id)) acked.add(one.id);
            tracker.acked(one.id);
          } else if (one.do === 'announce') tracker.announce(one.id, 0);
          else {
            const hole = tracker.holes()[one.id];
            if (hole === undefined) continue;
            for (let id = hole.fromId; id <= hole.toId; id += 1) declared.add(id);
            tracker.declare(hole);
          }
          const position = tracker.position();
          if (position === null) continue;
          const first = resumed ? 1 : Math.min(position, ...taken);
          for (let id = first; id < position; id += 1) {
            const settled = acked.has(id) || (declared.has(id) && !taken.has(id));
            const beforeStart = !resumed && !taken.has(id) && !declared.has(id);
            expect(settled || beforeStart, `id ${id} unsettled below ${position}`).to.equal(true);
          }
          for (const id of taken) {
            if (!acked.has(id)) expect(position).to.be.at.most(id);
          }
          for (const { fromId, toId } of tracker.holes()) {
            expect(fromId).to.be.at.most(toId);
            for (let id = fromId; id <= toId; id += 1) expect(taken.has(id)).to.equal(false);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
