import { createRecordCodec } from '@groundswell/kafka';
import { recordMaps, schemaTexts, topics, type TopicName } from '@groundswell/schemas';
import { expect } from 'chai';
import fc from 'fast-check';
import { avroType } from '../src/avro-types.ts';
import { avroArbitrary } from './support/avro-arbitrary.ts';
import { memoryRegistry } from './support/memory-registry.ts';

const ID = 4711;

for (const name of Object.keys(topics) as TopicName[]) {
  describe(`the codec of ${name}`, () => {
    const { record } = topics[name];
    const text = schemaTexts[record];
    const fromWire = recordMaps[record].fromWire as unknown as (wire: unknown) => never;
    const codec = createRecordCodec(memoryRegistry(new Map([[ID, text]])), name);

    before(() => codec.ready());

    it('reads back every record that it wrote', async () => {
      await fc.assert(
        fc.asyncProperty(avroArbitrary(text), async (wire) => {
          const value = fromWire(wire);
          const bytes = codec.encode(value);
          await codec.prepare([bytes]);
          expect(codec.decode(bytes)).to.deep.equal(value);
        }),
        { numRuns: 60 },
      );
    });

    it('answers damaged bytes with a record or with poison, never with anything else', async () => {
      await fc.assert(
        fc.asyncProperty(
          avroArbitrary(text),
          fc.nat(),
          fc.uint8Array({ maxLength: 12 }),
          async (wire, at, noise) => {
            const bytes = Buffer.from(codec.encode(fromWire(wire)));
            bytes.set(
              noise.subarray(0, Math.max(0, bytes.length - 5)),
              5 + (at % Math.max(1, bytes.length - 4 - noise.length)),
            );
            await codec.prepare([bytes]);
            try {
              codec.decode(bytes);
            } catch (error) {
              expect(error).to.have.property('code', 'GW_UNDECODABLE');
            }
          },
        ),
        { numRuns: 60 },
      );
    });
  });
}

describe('the generated readers', () => {
  it('agree with avsc about every value, and about what is no value', async () => {
    for (const name of Object.keys(topics) as TopicName[]) {
      const { record } = topics[name];
      const text = schemaTexts[record];
      const type = avroType(text);
      const fromWire = recordMaps[record].fromWire as unknown as (wire: unknown) => never;
      const codec = createRecordCodec(memoryRegistry(new Map([[ID, text]])), name);
      await codec.ready();
      const byAvsc = (bytes: Buffer): unknown => {
        try {
          const decoded: { readonly value: unknown; readonly offset: number } = type.decode(
            bytes,
            5,
          );
          return decoded.offset === bytes.length ? fromWire(decoded.value) : 'refused';
        } catch {
          return 'refused';
        }
      };
      const byReader = (bytes: Buffer): unknown => {
        try {
          return codec.decode(bytes);
        } catch {
          return 'refused';
        }
      };
      await fc.assert(
        fc.asyncProperty(avroArbitrary(text), fc.nat(), fc.nat(255), async (wire, at, noise) => {
          const bytes = Buffer.from(codec.encode(fromWire(wire)));
          await codec.prepare([bytes]);
          expect(byReader(bytes)).to.deep.equal(byAvsc(bytes));
          bytes[5 + (at % (bytes.length - 5))] = noise;
          const damaged = byReader(bytes);
          // Stricter in one way: numbers beyond their Avro type, and negative lengths, are refused.
          if (damaged !== 'refused') expect(damaged).to.deep.equal(byAvsc(bytes));
        }),
        { numRuns: 60 },
      );
    }
  });
});
