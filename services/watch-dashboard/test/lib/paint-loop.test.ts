import { expect } from 'chai';
import { createPaintLoop } from '../../src/lib/paint-loop.ts';

/** Frames by hand: `run(ms)` plays them at 60 Hz. */
function createScreen() {
  let pending: ((nowMs: number) => void)[] = [];
  let nowMs = 0;
  return {
    requestFrame: (run: (nowMs: number) => void) => pending.push(run),
    run(untilMs: number) {
      for (; nowMs < untilMs; nowMs += 1000 / 60) {
        const due = pending;
        pending = [];
        for (const run of due) run(nowMs);
      }
    },
    get isAsleep() {
      return pending.length === 0;
    },
  };
}

describe('paint loop', () => {
  it('paints a place at most ten times a second, however often it is marked', () => {
    const screen = createScreen();
    const loop = createPaintLoop(screen);
    const painted = [0, 0, 0, 0, 0, 0];
    painted.forEach((_, index) => {
      loop.register(
        `row ${String(index)}`,
        index,
        () => (painted[index] = (painted[index] ?? 0) + 1),
      );
    });
    for (let ms = 0; ms < 2000; ms += 10) {
      painted.forEach((_, index) => loop.mark(`row ${String(index)}`));
      screen.run(ms);
    }
    for (const count of painted) expect(count).to.be.within(14, 21);
  });

  it('staggers busy neighbours over the frames', () => {
    const screen = createScreen();
    const loop = createPaintLoop(screen);
    const perFrame: number[] = [];
    let inFrame = 0;
    for (let index = 0; index < 60; index += 1) {
      loop.register(`row ${String(index)}`, index, () => (inFrame += 1));
    }
    for (let ms = 0; ms < 3000; ms += 1000 / 60) {
      for (let index = 0; index < 60; index += 1) loop.mark(`row ${String(index)}`);
      inFrame = 0;
      screen.run(ms);
      if (ms > 500) perFrame.push(inFrame);
    }
    expect(Math.max(...perFrame)).to.be.at.most(12);
  });

  it('sleeps while nothing is marked', () => {
    const screen = createScreen();
    const loop = createPaintLoop(screen);
    loop.register('row', 0, () => undefined);
    expect(screen.isAsleep).to.equal(true);
    loop.mark('row');
    expect(screen.isAsleep).to.equal(false);
    screen.run(500);
    expect(screen.isAsleep).to.equal(true);
  });

  it('lets the picture stand while frozen, counts what waits, and then shows the newest', () => {
    const screen = createScreen();
    const loop = createPaintLoop(screen);
    let painted = 0;
    loop.register('row', 0, () => (painted += 1));
    loop.setFrozen(true);
    loop.mark('row');
    loop.mark('row');
    screen.run(500);
    expect([painted, loop.waiting]).to.eql([0, 2]);
    loop.setFrozen(false);
    screen.run(1000);
    expect([painted, loop.waiting]).to.eql([1, 0]);
  });

  it('paints nothing while hidden and catches up once', () => {
    const screen = createScreen();
    const loop = createPaintLoop(screen);
    let painted = 0;
    loop.register('row', 0, () => (painted += 1));
    loop.setHidden(true);
    for (let index = 0; index < 9; index += 1) loop.mark('row');
    screen.run(500);
    expect(painted).to.equal(0);
    loop.setHidden(false);
    screen.run(1000);
    expect(painted).to.equal(1);
  });

  it('runs what is due later, in a frame', () => {
    const screen = createScreen();
    const loop = createPaintLoop(screen);
    let ran = 0;
    loop.after(500, () => (ran += 1));
    screen.run(400);
    expect(ran).to.equal(0);
    screen.run(600);
    expect(ran).to.equal(1);
  });
});
