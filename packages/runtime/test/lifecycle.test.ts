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
});
