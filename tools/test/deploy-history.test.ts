import { expect } from 'chai';
import { revisionToGoBackTo, type Revision } from '../deploy/history.ts';

/**
 * `helm rollback` without a revision takes the one before: after canary and promote that is the canary's, which sends a share of the requests
 * to the version that is to go; after a failed upgrade it is the failed one; called twice it comes back to where it was.
 */

type Step = Partial<Revision>;
const runs = (tag: string): Step => ({ tag });
const canaryBeside = (tag: string): Step => ({ tag, isCanary: true });
const failed = (tag: string): Step => ({
  tag,
  status: 'failed',
  description: 'Upgrade "groundswell" failed: context deadline exceeded',
});
const back = (target: number, step: Step): Step => ({
  ...step,
  description: `Rollback to ${target}`,
});
const failedBack: Step = {
  tag: 'old',
  status: 'failed',
  description: 'Rollback "groundswell" failed: context deadline exceeded',
};

/** A history whose first revision is `first`, as helm keeps the last ten. */
const from = (first: number, ...steps: readonly Step[]): readonly Revision[] =>
  steps.map((step, index) => ({
    revision: first + index,
    status: index === steps.length - 1 ? 'deployed' : 'superseded',
    description: 'Upgrade complete',
    isCanary: false,
    tag: '',
    ...step,
  }));
const target = (...steps: readonly Step[]): number | undefined =>
  revisionToGoBackTo(from(1, ...steps));

describe('the release that a rollback goes back to', () => {
  it('is the one before, of another version', () => {
    expect(target(runs('old'), runs('new'))).to.equal(1);
  });

  it('is of another version, though settings changed in between', () => {
    expect(target(runs('old'), runs('new'), runs('new'))).to.equal(1);
  });

  it('is the stable one beside a canary, whatever weights the canary had', () => {
    expect(target(runs('older'), runs('old'), canaryBeside('old'), canaryBeside('old'))).to.equal(
      2,
    );
  });

  it('is the stable one after canary and promotion, not the canary', () => {
    expect(target(runs('old'), canaryBeside('old'), runs('new'))).to.equal(1);
  });

  it('never comes back to what was rolled back: a second call goes further back, then there is nothing', () => {
    const steps = [runs('older'), runs('old'), canaryBeside('old'), runs('new')];
    expect(target(...steps)).to.equal(2);
    steps.push(back(2, runs('old')));
    expect(target(...steps)).to.equal(1);
    steps.push(back(1, runs('older')));
    expect(target(...steps)).to.equal(undefined);
  });

  it('knows nothing older after a canary was taken back from the first release', () => {
    expect(target(runs('old'), canaryBeside('old'), back(1, runs('old')))).to.equal(undefined);
  });

  it('passes over an upgrade that failed and took itself back', () => {
    expect(target(runs('old'), runs('new'), failed('newest'), back(2, runs('new')))).to.equal(1);
  });

  it('is still the stable one when the promotion failed and took itself back to the canary', () => {
    const canary = canaryBeside('old');
    expect(target(runs('old'), canary, failed('new'), back(2, canary))).to.equal(1);
  });

  it('is what ran before an upgrade that failed and was not taken back', () => {
    const running = { ...runs('old'), status: 'deployed' };
    expect(target(runs('older'), running, failed('new'))).to.equal(2);
    // Settings only.
    expect(target(runs('older'), running, failed('old'))).to.equal(2);
    expect(target(runs('older'), running, { ...runs('new'), status: 'pending-upgrade' })).to.equal(
      2,
    );
  });

  it('is tried again after a rollback that failed', () => {
    expect(target(runs('old'), runs('new'), failedBack)).to.equal(1);
    // Helm then calls superseded what was never good.
    const never = { ...failed('new'), status: 'superseded' };
    expect(target(runs('older'), runs('old'), never, failedBack)).to.equal(2);
    expect(target(runs('old'), never, runs('newest'))).to.equal(1);
  });

  it('is what a person brought back by hand went on from', () => {
    // 3 takes 2 back, 5 takes 4 back and brings 2 again: before 2 there was 1.
    const steps = [
      runs('a'),
      runs('b'),
      back(1, runs('a')),
      runs('c'),
      back(2, runs('b')),
    ] as const;
    expect(target(...steps)).to.equal(1);
  });

  it('is found in a history whose beginning helm has forgotten', () => {
    expect(revisionToGoBackTo(from(20, runs('old'), runs('new'), back(3, runs('a'))))).to.equal(
      undefined,
    );
    expect(revisionToGoBackTo(from(20, canaryBeside('old')))).to.equal(undefined);
    expect(revisionToGoBackTo([])).to.equal(undefined);
  });
});
