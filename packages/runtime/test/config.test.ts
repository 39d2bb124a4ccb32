import { expect } from 'chai';
import { z } from 'zod';
import { BadConfigError, field, fields, loadConfig } from '../src/index.ts';

describe('configuration', () => {
  it('reads defaults, coerces and freezes', () => {
    const config = loadConfig(
      { lane: fields.lane, port: fields.port(8080), kafka: fields.kafka },
      {
        KAFKA_BROKERS: 'a:1, b:2',
        PORT: '9000',
      },
    );
    expect(config).to.deep.equal({
      lane: 'live',
      port: 9000,
      kafka: { brokers: ['a:1', 'b:2'], tls: null, sasl: null },
    });
    expect(Object.isFrozen(config)).to.equal(true);
  });

  it('names every bad field in one error', () => {
    const declared = {
      database: fields.database,
      n: field('N', z.coerce.number().positive(), 'A count.'),
    };
    expect(() => loadConfig(declared, { N: '-1' }))
      .to.throw(BadConfigError)
      .with.property('message')
      .that.matches(/DATABASE_URL: is not set[\s\S]*N: .*A count\./);
  });
});
