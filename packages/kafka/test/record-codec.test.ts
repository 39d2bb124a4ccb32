import { createRecordCodec, SchemaUnknownError } from '@groundswell/kafka';
import { schemaTexts, type Mark } from '@groundswell/schemas';
import { expect } from 'chai';
import { memoryRegistry } from './support/memory-registry.ts';

const OWN = 258;
const mark: Mark = {
  eventId: 'e',
  op: 'CREATE',
  refEventId: null,
  source: 's',
  feed: 'f',
  eventTimeUs: 1,
  ingestTimeUs: 2,
  sequence: null,
  eventTimeNanosRem: null,
  instrumentId: 'X',
  priceE18: -47_741042429928520000n,
  currency: 'USD',
  revision: 0,
};
/**
 * Worked by hand: 00 magic, 00000102 id 258; 02 65 'e'; 00 CREATE; 00 null; 02 73 's'; 02 02 66 second branch, 'f'; 02 and 04 are
 * zigzag 1 and 2; 00 null; 00 null; 02 58 'X'; 12 = zigzag 9 bytes, fd6975beda554246c0 = -47.74104242992852 (W10); 06 'USD'; 00.
 */
const GOLDEN =
  '0000000102' +
  '0265' +
  '00' +
  '00' +
  '0273' +
  '020266' +
  '02' +
  '04' +
  '00' +
  '00' +
  '0258' +
  '12fd6975beda554246c0' +
  '06555344' +
  '00';

interface Field {
  readonly name: string;
}
function withFields(change: (fields: Field[]) => object[], name = 'Mark'): string {
  const schema = JSON.parse(schemaTexts.Mark) as { fields: Field[] };
  return JSON.stringify({ ...schema, name, fields: change(schema.fields) });
}

describe('the codec of a topic', () => {
  const texts = new Map<number, string>([[OWN, schemaTexts.Mark]]);
  const setUp = async () => {
    const registry = memoryRegistry(texts);
    const codec = createRecordCodec(registry, 'market.mark.v1');
    await codec.ready();
    return { codec, registry };
  };
  const framed = (id: number, body: Uint8Array): Buffer => {
    const head = Buffer.alloc(5);
    head.writeInt32BE(id, 1);
    return Buffer.concat([head, body]);
  };
  const golden = Buffer.from(GOLDEN, 'hex');

  it('writes exactly these bytes', async () => {
    const { codec } = await setUp();
    expect(Buffer.from(codec.encode(mark)).toString('hex')).to.equal(GOLDEN);
  });

  it('reads exactly these bytes, also from a plain Uint8Array', async () => {
    const { codec } = await setUp();
    await codec.prepare([golden]);
    expect(codec.decode(golden)).to.deep.equal(mark);
    expect(codec.decode(new Uint8Array(golden))).to.deep.equal(mark);
  });

  it('returns bytes that a later call does not overwrite', async () => {
    const { codec } = await setUp();
    const first = codec.encode(mark);
    codec.encode({ ...mark, eventId: 'other', currency: 'x'.repeat(10_000) });
    expect(Buffer.from(first).toString('hex')).to.equal(GOLDEN);
  });

  it('asks the registry once per id, not per record', async () => {
    const { codec, registry } = await setUp();
    await codec.prepare([golden, null, golden, Buffer.alloc(2)]);
    await codec.prepare([golden, golden]);
    expect(registry.asked).to.deep.equal([OWN]);
  });

  const poison: Readonly<Record<string, readonly [Buffer | null, string]>> = {
    'no value': [null, 'null_value'],
    'four bytes': [Buffer.alloc(4), 'too_short'],
    'another magic byte': [Buffer.from('7b7d00000000', 'hex'), 'bad_magic'],
    'the framing with a GUID': [Buffer.from('010000000000', 'hex'), 'guid_framing'],
    'an id that nobody registered': [framed(999, golden.subarray(5)), 'schema_unknown'],
    'the id 0xffffffff': [framed(-1, golden.subarray(5)), 'schema_unknown'],
    'a record cut short': [golden.subarray(0, -3), 'avro'],
    'only a frame': [golden.subarray(0, 5), 'avro'],
    'trailing bytes': [Buffer.concat([golden, Buffer.from('00', 'hex')]), 'avro'],
    'an enum symbol that does not exist': [framed(OWN, Buffer.from('02657e', 'hex')), 'avro'],
  };
  for (const [name, [value, reason]] of Object.entries(poison)) {
    it(`calls ${name} ${reason}`, async () => {
      const { codec } = await setUp();
      await codec.prepare([value]);
      const error = poisonOf(() => codec.decode(value));
      expect(error).to.include({ code: 'GW_UNDECODABLE', retriable: false });
      expect(error.fields).to.deep.equal({ reason });
    });
  }

  it('refuses the record of another type, whatever it would decode to (G7)', async () => {
    texts.set(
      300,
      withFields((fields) => fields, 'Remark'),
    );
    const { codec } = await setUp();
    const bytes = framed(300, golden.subarray(5));
    await codec.prepare([bytes]);
    expect(poisonOf(() => codec.decode(bytes)).fields).to.deep.equal({ reason: 'schema_mismatch' });
  });

  it('refuses decimals of another scale', async () => {
    texts.set(301, schemaTexts.Mark.replace('"scale":18', '"scale":12'));
    const { codec } = await setUp();
    const bytes = framed(301, golden.subarray(5));
    await codec.prepare([bytes]);
    expect(poisonOf(() => codec.decode(bytes)).fields).to.deep.equal({ reason: 'schema_mismatch' });
  });

  it('reads what a later version with one more field wrote', async () => {
    texts.set(
      302,
      withFields((fields) => [...fields, { name: 'extra', type: 'string', default: '' }]),
    );
    const { codec } = await setUp();
    const bytes = framed(302, Buffer.concat([golden.subarray(5), Buffer.from('06616263', 'hex')]));
    await codec.prepare([bytes]);
    expect(codec.decode(bytes)).to.deep.equal(mark);
  });

  it('reads what an earlier version without an optional field wrote', async () => {
    texts.set(
      303,
      withFields((fields) => fields.filter(({ name }) => name !== 'event_time_nanos_rem')),
    );
    const { codec } = await setUp();
    const without = GOLDEN.slice(10).replace('0204' + '00' + '00', '0204' + '00');
    const bytes = framed(303, Buffer.from(without, 'hex'));
    await codec.prepare([bytes]);
    expect(codec.decode(bytes)).to.deep.equal(mark);
  });

  it('asks again for an id that was unknown', async () => {
    const { codec, registry } = await setUp();
    const bytes = framed(304, golden.subarray(5));
    await codec.prepare([bytes]);
    texts.set(304, schemaTexts.Mark);
    await codec.prepare([bytes]);
    expect(registry.asked).to.deep.equal([304, 304]);
    expect(codec.decode(bytes)).to.deep.equal(mark);
  });

  it('refuses a number that would come out changed', async () => {
    const { codec } = await setUp();
    expect(() => codec.encode({ ...mark, eventTimeUs: -(2 ** 52) - 1 })).to.throw(RangeError);
    expect(() => codec.encode({ ...mark, priceE18: 10n ** 38n })).to.throw('invalid');
    const lowest = { ...mark, eventTimeUs: -(2 ** 52) };
    const bytes = codec.encode(lowest);
    await codec.prepare([bytes]);
    expect(codec.decode(bytes)).to.deep.equal(lowest);
  });

  it('lets an outage of the registry through', async () => {
    const codec = createRecordCodec(
      { ...memoryRegistry(texts), schemaById: () => Promise.reject(new TypeError('down')) },
      'market.mark.v1',
    );
    const error = await codec.prepare([golden]).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(TypeError);
  });

  it('says at start that its schema was not deployed', async () => {
    const codec = createRecordCodec(memoryRegistry(new Map()), 'market.mark.v1');
    const error = await codec.ready().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SchemaUnknownError);
  });

  it('does not let a few bytes claim a billion items', async () => {
    const text = schemaTexts.Trade;
    const codec = createRecordCodec(memoryRegistry(new Map([[1, text]])), 'market.trade.v1');
    // Everything empty up to `conditions`, whose first block claims 2^31 - 1 strings.
    const head =
      '0000000001' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00' +
      '00';
    const bytes = Buffer.from(head + 'feffffff0f', 'hex');
    await codec.prepare([bytes]);
    const began = performance.now();
    expect(poisonOf(() => codec.decode(bytes)).fields).to.deep.equal({ reason: 'avro' });
    expect(performance.now() - began).to.be.lessThan(100);
  });
});

function poisonOf(decode: () => unknown): { code: string; retriable: boolean; fields: object } {
  try {
    decode();
  } catch (error) {
    return error as { code: string; retriable: boolean; fields: object };
  }
  throw new Error('decoded');
}
