import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { createLogger, type Logger } from '../src/index.ts';

describe('log lines', () => {
  const lines = (write: (log: Logger) => void): Record<string, unknown>[] => {
    const stream = new PassThrough();
    write(createLogger({ service: 'test', lane: 'l1', version: '1.2.3', stream }));
    const text = (stream.read() as Buffer).toString();
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('have ECS names, and fields of ours below groundswell', () => {
    const [line] = lines((log) => {
      log.child({ group: 'g' }).info('listening', { host: '127.0.0.1', port: 1, 'trace.id': 'ab' });
    });
    expect(line).to.include({
      'log.level': 'info',
      message: 'listening',
      'service.name': 'test',
      'service.version': '1.2.3',
      'event.dataset': 'test.log',
      'trace.id': 'ab',
    });
    expect(line?.['@timestamp']).to.match(/^\d{4}-.*Z$/);
    expect(line?.['groundswell']).to.deep.equal({
      lane: 'l1',
      group: 'g',
      host: '127.0.0.1',
      port: 1,
    });
    expect(line).not.to.have.any.keys('host', 'port', 'group');
  });

  it('keep class, code and causes of an error, and its stack only where it has no code', () => {
    const known = Object.assign(new Error('away', { cause: new TypeError('deep') }), {
      code: 'GW_X',
    });
    const [line] = lines((log) => {
      log.error('failed', { error: known, offset: 7n });
    });
    const error = line?.['error'] as Record<string, unknown>;
    expect(error).to.include({ type: 'Error', message: 'away', code: 'GW_X' });
    expect(error).not.to.have.property('stack_trace');
    expect(error['cause']).to.include({ type: 'TypeError' }).and.to.have.property('stack_trace');
    expect(line?.['groundswell']).to.include({ offset: '7' });
  });

  it('are one line each, whatever a text holds', () => {
    const [line, ...more] = lines((log) => {
      log.warn('refused', { reason: 'a\n{"log.level":"error","message":"forged"}' });
    });
    expect(more).to.deep.equal([]);
    expect(line?.['log.level']).to.equal('warn');
  });
});
