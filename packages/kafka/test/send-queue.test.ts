import { expect } from 'chai';
import { SendQueue } from '../src/send-queue.ts';

describe('the send queue of a partition', () => {
  it('sends one after the other in the order of the calls', async () => {
    const queue = new SendQueue();
    const log: string[] = [];
    const send = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
    };
    await Promise.all([queue.run(send('a')), queue.run(send('b'))]);
    expect(log).to.deep.equal(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('fails what waits behind a failure untried, and serves what comes later', async () => {
    const queue = new SendQueue();
    const log: string[] = [];
    const note = (name: string) => (): Promise<void> => {
      log.push(name);
      return Promise.resolve();
    };
    const outcomes = await Promise.allSettled([
      queue.run(note('a')),
      queue.run(() => Promise.reject(new RangeError('broken'))),
      queue.run(note('c')),
    ]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    await queue.run(note('d'));
    expect(log).to.deep.equal(['a', 'd']);
  });
});
