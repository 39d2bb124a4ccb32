import { expect } from 'chai';
import type { Checkpoint } from '../../src/lib/api.ts';
import { parseRoute } from '../../src/lib/routes.ts';
import { healthOf, type GapSpan } from '../../src/lib/source-health.ts';
import { cellPath, dayRow, daySpan, seenIn } from '../../src/pages/ops/day-cells.ts';
import {
  deadLetterPath,
  deadShare,
  fingerprintOf,
  reasonText,
  shortFingerprint,
  stageText,
} from '../../src/pages/ops/dead-letters.ts';
import {
  connectorOf,
  connectorState,
  flowEdges,
  keepRead,
  KEPT_READS,
  rateOf,
  widthOf,
} from '../../src/pages/ops/flow.ts';
import { boxOf, columns, FLOW_HEIGHT } from '../../src/pages/ops/flow-layout.ts';
import type { Flow, FlowRead } from '../../src/pages/ops/rest.ts';
import { fakeFlow, fakeKinds } from '../support/fake-ops.ts';
import { status } from '../support/fake-world.ts';

const startMs = Date.UTC(2026, 10, 21, 14);
const trade = { group: 'derive-market', topic: 'market.trade.v1', perSecond: 200, lagMs: 500 };
const readAt = (ms: number, ...flows: Flow[]): FlowRead => ({
  as_of: new Date(startMs + ms).toISOString(),
  flows: flows.length > 0 ? flows : [fakeFlow(trade, startMs + ms, startMs)],
});
const logEnd = ({ log_end }: Flow) => log_end;

describe('flow', () => {
  it('takes rates from the difference of two reads, and has none before the second', () => {
    const [a, b] = [readAt(0), readAt(5000)];
    expect(rateOf([a], trade, logEnd)).to.equal(null);
    expect(rateOf([a, b], trade, logEnd)).to.equal(200);
    expect(rateOf([b, a], trade, logEnd)).to.equal(null); // no time passed
  });

  it('has no rate across a reset, and keeps offsets beyond 2^53', () => {
    const flow = fakeFlow(trade, startMs, startMs);
    const big = { ...flow, log_end: '9007199254740993' };
    const next = { ...flow, log_end: '9007199254741003' };
    expect(rateOf([readAt(0, big), readAt(1000, next)], trade, logEnd)).to.equal(10);
    expect(rateOf([readAt(0, big), readAt(1000, flow)], trade, logEnd)).to.equal(null);
    const silent = { ...flow, log_end: null };
    expect(rateOf([readAt(0, silent), readAt(1000, silent)], trade, logEnd)).to.equal(null);
  });

  it('keeps half a minute of reads, in order', () => {
    let kept: readonly FlowRead[] = [];
    for (let index = 0; index < 20; index += 1) kept = keepRead(kept, readAt(index * 5000));
    expect(kept).to.have.length(KEPT_READS);
    expect(keepRead(kept, readAt(0))).to.equal(kept);
  });

  it('draws every topic of the catalogue, with lag in time and what is behind', () => {
    const late = { ...trade, lagMs: 16_000 };
    const edges = flowEdges([readAt(0), readAt(5000, fakeFlow(late, startMs + 5000, startMs))]);
    const edge = edges.find(({ group }) => group === 'derive-market');
    expect(edge).to.include({
      ...{ from: 'connect-market', to: 'derive-market', lagMs: 16_000, lagRecords: 3200 },
      ...{ isBehind: true, inRate: 200 },
    });
    const silent = edges.filter(({ group }) => group === null);
    expect(silent.map(({ to }) => to)).to.include('persist-online');
    expect(new Set(silent.map(({ lagMs }) => lagMs))).to.eql(new Set([null]));
    expect(edges.some(({ topic }) => topic.startsWith('control.'))).to.equal(false);
  });

  it('is not behind when nothing waits, however old the newest event', () => {
    const idle = { ...fakeFlow(trade, startMs, startMs), lag_records: 0 };
    const old = { ...idle, newest_event_time: new Date(startMs - 3_600_000).toISOString() };
    const [edge] = flowEdges([readAt(0, old)]).filter(({ group }) => group !== null);
    expect(edge).to.include({ lagMs: 0, isBehind: false });
    const unknown = { ...old, lag_records: null };
    const [other] = flowEdges([readAt(0, unknown)]).filter(({ group }) => group !== null);
    expect(other).to.include({ lagMs: null, isBehind: false });
  });

  it('gives a group of several topologies to its service', () => {
    const scored = { group: 'derive-sentiment-score', topic: 'social.post.v1' };
    const edges = flowEdges([readAt(0, { ...fakeFlow(trade, startMs, startMs), ...scored })]);
    const edge = edges.find(({ topic }) => topic === 'social.post.v1');
    expect(edge).to.include({ to: 'derive-sentiment', group: 'derive-sentiment-score' });
  });

  it('draws wider what is faster, within bounds', () => {
    const widths = [null, 0, 1, 100, 10_000, 1e12].map(widthOf);
    expect(widths).to.eql([...widths].sort((a, b) => a - b));
    expect(widths.at(-1)).to.equal(8);
  });

  it('names the worst source of a connector', () => {
    const item = (state: 'LIVE' | 'CATCHING_UP') =>
      status('reddit', 'posts', startMs, { state }).data as never;
    expect(connectorState(healthOf([item('LIVE')]))).to.eql({ tone: 'ok', text: '1 source' });
    expect(connectorState(healthOf([item('CATCHING_UP')])).text).to.equal(
      '1 source · reddit catching up',
    );
    expect(connectorState([]).tone).to.equal('unknown');
    expect(['market', 'brokerage', 'social', null].map(connectorOf)).to.eql([
      ...['connect-market', 'connect-brokerage', 'connect-social', null],
    ]);
  });

  it('lets no boxes of the picture touch, from 900 px on', () => {
    for (const width of [900, 1024, 1440, 2560]) {
      const boxes = columns.flat().map((node) => boxOf(node, width));
      for (const [index, a] of boxes.entries()) {
        expect(a.x).to.be.at.least(0);
        expect(a.x + a.width).to.be.at.most(width);
        expect(a.y + a.height).to.be.at.most(FLOW_HEIGHT);
        for (const b of boxes.slice(index + 1)) {
          const isApart = a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y;
          expect(isApart).to.equal(true);
        }
      }
    }
  });
});

describe('completeness of a day', () => {
  const nowMs = startMs + 7 * 60_000;
  const span = daySpan('24h', nowMs);
  const cell = (hours: number) => span.count - 1 - hours * 4;
  const health = (change: object = {}) => {
    const since = new Date(nowMs - 3_600_000).toISOString();
    const [one] = healthOf([
      status('coinbase', 'TIDE-USD', nowMs, { since, ...change }).data as never,
    ]);
    if (one === undefined) throw new Error('no source');
    return one;
  };
  const hole = (hours: number, closed: boolean): GapSpan => ({
    ...{ source: 'coinbase', stream: 'TIDE-USD', missing: 3, reason: 'lost', closed },
    fromMs: startMs - hours * 3_600_000,
    toMs: startMs - hours * 3_600_000 + 1000,
  });

  it('ends with the cell of now', () => {
    expect(span).to.include({ count: 96, sizeMs: 900_000 });
    expect(span.firstMs + 95 * span.sizeMs).to.equal(startMs);
  });

  it('knows nothing before the source was live or seen, and says so', () => {
    const { levels, summary } = dayRow(health(), [], new Map(), span, nowMs);
    expect(levels.at(-1)).to.equal('full');
    expect(levels[0]).to.equal('none');
    expect(summary).to.equal('5 complete, 91 not known');
    const pages = [
      {
        items: [3, 8].map((hours) => {
          const start = new Date(startMs - hours * 3_600_000 + 300_000).toISOString();
          return { n: 2, counts: { coinbase: 2, other: 0 }, window: { start, end: start } };
        }),
      },
    ];
    const seen = dayRow(health(), [], seenIn(pages), span, nowMs).levels;
    expect([seen[cell(3)], seen[cell(8)], seen[cell(5)]]).to.eql(['full', 'full', 'none']);
    expect(seenIn(pages).has('other')).to.equal(false);
  });

  it('marks open holes, holes filled later, and what is not live', () => {
    const { levels } = dayRow(health(), [hole(2, false), hole(4, true)], new Map(), span, nowMs);
    expect([levels[cell(2)], levels[cell(4)]]).to.eql(['gap', 'filled']);
    const both = dayRow(health(), [hole(2, true), hole(2, false)], new Map(), span, nowMs).levels;
    expect(both[cell(2)]).to.equal('gap');
    const late = dayRow(health({ state: 'CATCHING_UP' }), [], new Map(), span, nowMs).levels;
    expect(late.at(-1)).to.equal('behind');
    const others = [{ ...hole(2, false), source: 'kraken' }];
    expect(dayRow(health(), others, new Map(), span, nowMs).levels[cell(2)]).to.equal('none');
  });

  it('gives each level a form of its own', () => {
    const heights = (['full', 'behind', 'none'] as const).map(
      (level) => /v([\d.]+)/.exec(cellPath([level], level, 10, 14))?.[1],
    );
    expect(new Set(heights).size).to.equal(3);
    expect(cellPath(['full', 'gap'], 'none', 10, 14)).to.equal('');
  });
});

describe('dead letters', () => {
  it('are named by their fingerprint in the address', () => {
    expect(fingerprintOf(deadLetterPath('3f9a10bb22c1'))).to.equal('3f9a10bb22c1');
    for (const path of ['/ops', '/ops/dead-letters/', '/ops/dead-letters/<script>', '/s/x']) {
      expect(fingerprintOf(path), path).to.equal(null);
    }
    expect(parseRoute(deadLetterPath('3f9a10bb22c1'), '')).to.eql({ page: 'operations' });
    expect(parseRoute('/ops/dead-letters/3f9a/more', '').page).to.equal('missing');
    expect(shortFingerprint('3f9a10bb22c1')).to.equal('3f9a…c1');
  });

  it('say in words what happened, known or not', () => {
    expect(reasonText('trailing_bytes')).to.equal('trailing bytes');
    expect(stageText('VALIDATE')).to.contain('rule');
    expect(stageText('validate')).to.equal(stageText('VALIDATE'));
    expect(stageText('NEW')).to.contain('passed over');
  });

  it('are shown as a part of what their group decided about', () => {
    const [kind] = fakeKinds;
    const checkpoint: Checkpoint = {
      ...{ group: 'derive-market', task: 0, topic: 'market.trade.v1', partition: 0 },
      ...{ first_offset: '10', next_offset: '110', applied: 90, deduped: 0, late: 0, dead: 10 },
      ...{ erased: 0, markers: 0, balanced: true },
    };
    if (kind === undefined) throw new Error('no kind');
    expect(deadShare(kind, [checkpoint])).to.eql({ dead: 10n, offsets: 100n });
    expect(deadShare(kind, null)).to.equal(null);
  });
});
