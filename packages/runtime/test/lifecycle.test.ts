import { expect } from 'chai';
import { createLifecycle, createLogger } from '../src/index.ts';

const log = createLogger({ service: 'test', level: 'error' });

describe('lifecycle', () => {
  it('releases in reverse order and exits with 0', async () => {
    const order: string[] = [];
    const code = await new Promise<number>((exit) => {
      const lifecycle = createLifecycle({ log, shutdownMs: 1000, exit });
      lifecycle.onStop('first', () => void order.push('first'));
      lifecycle.onStop('second', async () => {
        await Promise.resolve();
        order.push('second');
      });
      lifecycle.stop('test');
    });
    expect(order).to.deep.equal(['second', 'first']);
    expect(code).to.equal(0);
  });

  it('tells each release what is left of the time to drain', async () => {
    const left: number[] = [];
    await new Promise<number>((exit) => {
      const lifecycle = createLifecycle({ log, shutdownMs: 1000, exit });
      lifecycle.onStop('first', (leftMs) => void left.push(leftMs));
      lifecycle.onStop('second', async (leftMs) => {
        left.push(leftMs);
        await new Promise((resolve) => setTimeout(resolve, 120));
      });
      lifecycle.stop('test');
    });
    expect(left[0]).to.be.within(900, 1000);
    expect(left[1]).to.be.within(0, 890);
  });
});
