import { createSilences, createWorldLedger, silencesOf } from '@groundswell/simulator';
import { expect } from 'chai';

const START_US = 1_795_000_000_000_000;

describe('planted silences', () => {
  it('come to each source by its own dice, last as planned and are recorded', () => {
    const ledger = createWorldLedger({ keep: true });
    const plan = { everySeconds: 300, seconds: [20, 60] as const };
    const silences = createSilences({ seed: 7, startUs: START_US, plan, ledger });
    const seen = new Map<string, number>();
    for (let second = 0; second < 7200; second += 1) {
      for (const source of silences.at(START_US + second * 1e6)) {
        seen.set(source, (seen.get(source) ?? 0) + 1);
      }
    }
    for (const source of ['venue', 'jetstream', 'broker']) {
      const planned = silencesOf(ledger).filter((one) => one.source === source);
      expect(planned.length, source).to.be.greaterThan(8);
      let total = 0;
      for (const { fromUs, toUs } of planned) {
        expect(toUs - fromUs).to.be.within(20e6, 60e6);
        total += (Math.min(toUs, START_US + 7200e6) - fromUs) / 1e6;
      }
      expect(seen.get(source)).to.be.within(total - planned.length, total + planned.length);
    }
  });

  it('never come without a plan', () => {
    const ledger = createWorldLedger({ keep: true });
    const plan = { everySeconds: 0, seconds: [20, 60] as const };
    const silences = createSilences({ seed: 7, startUs: START_US, plan, ledger });
    for (let second = 0; second < 1000; second += 1) {
      expect(silences.at(START_US + second * 1e6).size).to.equal(0);
    }
  });
});
