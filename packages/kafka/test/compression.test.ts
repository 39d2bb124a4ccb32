import { gzipSync } from 'node:zlib';
import { createKafkaClient } from '@groundswell/kafka';
import kafkajs from 'kafkajs';
import { expect } from 'chai';
import { MAX_UNPACKED_BYTES, snappyBlocks } from '../src/compression.ts';

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

function codec(type: number): Codec {
  const codecs = kafkajs.CompressionCodecs as unknown as readonly (() => Codec)[];
  const make = codecs[type];
  if (make === undefined) throw new Error(`no codec ${type}`);
  return make();
}

async function failure(work: Promise<unknown>): Promise<Error> {
  return await work.then(
    () => {
      throw new Error('should have failed');
    },
    (error: unknown) => error as Error,
  );
}

describe('compressed batches', () => {
  const { GZIP, Snappy, ZSTD } = kafkajs.CompressionTypes;
  before(() => {
    createKafkaClient({ brokers: ['127.0.0.1:1'], clientId: 'codecs' });
  });

  for (const [name, type] of Object.entries({ gzip: GZIP, snappy: Snappy, zstd: ZSTD })) {
    it(`reads what it packed with ${name}`, async () => {
      const text = Buffer.from('groundswell '.repeat(500));
      const packed = await codec(type).compress({ buffer: text });
      expect(packed.length).to.be.lessThan(text.length);
      expect(Buffer.compare(Buffer.from(await codec(type).decompress(packed)), text)).to.equal(0);
    });
  }

  it('refuses a gzip bomb instead of filling the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_UNPACKED_BYTES + 1));
    expect(await failure(codec(GZIP).decompress(bomb))).to.have.property(
      'code',
      'ERR_BUFFER_TOO_LARGE',
    );
  });

  it('refuses a snappy block by the size that it claims, before unpacking', async () => {
    // Varint of 2^31: one block that says it unpacks to 2 GiB.
    const claim = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x08, 0x00]);
    expect(await failure(codec(Snappy).decompress(claim))).to.have.property(
      'code',
      'GW_KAFKA_REFUSED',
    );
  });

  it('finds the blocks of the framing that Java writers use', () => {
    const header = Buffer.concat([Buffer.from([130, 83, 78, 65, 80, 80, 89, 0]), Buffer.alloc(8)]);
    const framed = Buffer.concat([
      header,
      Buffer.from([0, 0, 0, 2, 9, 8]),
      Buffer.from([0, 0, 0, 1, 7]),
    ]);
    expect(snappyBlocks(framed).map((block) => [...block])).to.deep.equal([[9, 8], [7]]);
  });
});
