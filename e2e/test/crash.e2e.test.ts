import { expect } from 'chai';
import { createCounters, scrape } from '../rig/counters.ts';
import { planKills, runKills, type Recovery } from '../rig/fault-schedule.ts';
import { coreServices, openScene, type Outcome, type Scene } from '../rig/scene.ts';
import { addressesFrom } from '../rig/stack.ts';
import { judgements } from '../rig/verdict.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_121);
const TRADES_PER_SECOND = 250;
/** Shorter while a test is being developed; the numbers of the report are of the default. */
const WORLD_MS = Number(process.env['E2E_WORLD_MS'] ?? 40_000);

const KILLED = [
  'derive-market',
  'derive-behaviour',
  'persist-online',
  'connect-market',
  'connect-brokerage',
  'serve-live',
];

describe(`a rough world through crashes of every service (seed ${SEED})`, function () {
  this.timeout(300_000);
  let scene: Scene | undefined;
  let outcome: Outcome | undefined;
  let recoveries: readonly Recovery[] = [];
  const counters = createCounters();

  before(async () => {
    scene = await openScene({
      seed: SEED,
      addresses: addressesFrom(process.env),
      tradesPerSecond: TRADES_PER_SECOND,
    });
    const kills = planKills(SEED, KILLED, WORLD_MS * 0.15, WORLD_MS * 0.75);
    const beganMs = performance.now();
    [recoveries] = await Promise.all([
      runKills(scene.stack, kills, { ...scene, counters }),
      scene.play(() => performance.now() - beganMs > WORLD_MS),
    ]);
    outcome = await scene.settle();
    for (const name of coreServices) counters.add(await scrape(scene.stack.service(name).url));
  });
  after(async function () {
    const hasFailed = this.test?.parent?.tests.some(({ state }) => state !== 'passed') ?? true;
    await scene?.close({ keepLogs: hasFailed });
  });

  const settled = (): readonly [Scene, Outcome] => {
    if (scene === undefined || outcome === undefined) throw new Error('the world did not settle');
    return [scene, outcome];
  };

  for (const [sentence, judge] of Object.entries(judgements)) {
    it(sentence, async () => {
      const found = await judge(...settled());
      expect(found.length, found.slice(0, 20).join('\n')).to.equal(0);
    });
  }

  it('planted every kind of fault', () => {
    const [{ world, pollution, audience }, { market, ledger, history }] = settled();
    const planted = world.ledger.counts();
    for (const fate of [
      'rest-only',
      'lost',
      'duplicate',
      'disorder',
      'late',
      'too-late',
      'future',
      'bad-price',
    ])
      expect(planted[`trade/${fate}`], fate).to.be.greaterThan(0);
    for (const fate of ['duplicate', 'delayed', 'conflict', 'bad-item', 'corrected', 'cancelled'])
      expect(planted[`transaction/${fate}`], fate).to.be.greaterThan(0);
    expect(new Set(pollution.planted.poison.map(({ kind }) => kind)).size).to.be.at.least(8);
    expect(pollution.planted.corrections.size).to.be.greaterThan(0);
    const takenBack = [...market.emptied].filter((key) => history.newest.get(key)?.n === 0);
    expect(takenBack).not.to.be.empty;
    expect(market.late.map(({ reason }) => reason)).to.include.members([
      'window_closed',
      'future_dated',
    ]);
    expect(ledger.quarantined).to.have.length.greaterThan(0);
    expect(audience.verdicts.get('resynced')).to.be.greaterThan(0);
    expect(recoveries.map(({ service }) => service)).to.have.members(KILLED);
  });

  it('reports what it saw', () => {
    const [{ world, pollution, audience }, { market, ledger, topics, history }] = settled();
    const counts = [...market.counts.values(), ...ledger.counts.values()];
    const sum = (verdict: 'applied' | 'late' | 'deduped'): number =>
      counts.reduce((total, one) => total + one[verdict], 0);
    const caughtUp = recoveries.map(({ caughtUpMs }) => caughtUpMs).sort((a, b) => a - b);
    const report = {
      seed: SEED,
      worldSeconds: WORLD_MS / 1000,
      planted: { ...world.ledger.counts(), copies: pollution.planted.copies },
      acked: sum('applied') + sum('late'),
      lost: market.lost.length + ledger.lost.length,
      duplicates: sum('deduped'),
      late: sum('late'),
      lateWindows: market.late.length,
      dead: pollution.planted.poison.length,
      repeatsOnFeatureTopics: topics.repeats,
      casRejections: counters.of('cas_rejected_total'),
      versionConflicts: topics.conflicts.length + history.conflicts.length,
      recoveries,
      recoveryMs: { p50: caughtUp[Math.floor(caughtUp.length / 2)], max: caughtUp.at(-1) },
      verdicts: Object.fromEntries(audience.verdicts),
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    expect(report).to.include({ lost: 0, versionConflicts: 0 });
  });
});
