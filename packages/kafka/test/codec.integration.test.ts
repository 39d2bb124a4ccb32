import {
  createRecordCodec,
  createRegistryClient,
  createStockRegistry,
  subjectOf,
} from '@groundswell/kafka';
import { recordMaps, schemaTexts, topics, type TopicName } from '@groundswell/schemas';
import { expect } from 'chai';
import fc from 'fast-check';
import { avroArbitrary } from './support/avro-arbitrary.ts';
import { testRegistryUrl } from './support/env.ts';

/** Our framing and bytes and those of the stock client are interchangeable, both ways, on a real registry (W5, W10). */
describe('our codec and the stock registry client', function () {
  this.timeout(30_000);
  const registry = createRegistryClient({ url: testRegistryUrl(), timeoutMs: 10_000 });
  const stock = createStockRegistry(testRegistryUrl());

  for (const name of Object.keys(topics) as TopicName[]) {
    it(`read each other's records of ${name}`, async () => {
      const { record } = topics[name];
      const text = schemaTexts[record];
      const id = await registry.register(subjectOf(name), text);
      const codec = createRecordCodec(registry, name);
      await codec.ready();
      const map = recordMaps[record] as unknown as {
        fromWire: (wire: unknown) => never;
        toJson: (value: unknown) => object;
      };
      for (const wire of fc.sample(avroArbitrary(text), 20)) {
        const value = map.fromWire(wire);
        const ours = Buffer.from(codec.encode(value));
        const read = map.fromWire(await stock.decode(ours));
        expect(map.toJson(read)).to.deep.equal(map.toJson(value));
        const theirs = await stock.encode(id, await stock.decode(ours));
        expect(Buffer.compare(theirs, ours)).to.equal(0);
        await codec.prepare([theirs]);
        expect(codec.decode(theirs)).to.deep.equal(value);
      }
    });
  }

  it('takes an id that the real registry does not know for poison', async () => {
    const codec = createRecordCodec(registry, 'market.mark.v1');
    const bytes = Buffer.from('007ffffffe00', 'hex');
    await codec.prepare([bytes]);
    expect(() => codec.decode(bytes))
      .to.throw()
      .with.property('code', 'GW_UNDECODABLE');
  });
});
