import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import kafkajs from 'kafkajs';
import { KafkaRefusedError } from './errors.ts';

/** No fetched record batch may unpack to more than this: a small hostile batch must not fill the memory. */
export const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);
const zstdCompress = promisify(zlib.zstdCompress);
const zstdDecompress = promisify(zlib.zstdDecompress);
const limit = { maxOutputLength: MAX_UNPACKED_BYTES };

const gzipCodec: Codec = {
  compress: (encoder) => gzip(encoder.buffer),
  decompress: (buffer) => gunzip(buffer, limit),
};
const zstdCodec: Codec = {
  compress: (encoder) => zstdCompress(encoder.buffer),
  decompress: (buffer) => zstdDecompress(buffer, limit),
};

/** Snappy says its unpacked size up front, so the limit is checked before any memory is taken. */
function boundedSnappy(): Codec {
  const require = createRequire(import.meta.url);
  const snappy = (require('kafkajs-snappy') as () => Codec)();
  return {
    compress: (encoder) => snappy.compress(encoder),
    decompress: async (buffer) => {
      const claimed = snappyBlocks(buffer).reduce((sum, block) => sum + unpackedSize(block), 0);
      if (claimed > MAX_UNPACKED_BYTES) {
        throw new KafkaRefusedError('a snappy batch unpacks to too much', undefined, { claimed });
      }
      return await snappy.decompress(buffer);
    },
  };
}

const XERIAL = Buffer.from([130, 83, 78, 65, 80, 80, 89, 0]);
const XERIAL_HEADER_BYTES = 16;

/** Java clients wrap snappy in length-prefixed blocks (xerial framing); others send one raw block. */
export function snappyBlocks(buffer: Buffer): readonly Buffer[] {
  if (!buffer.subarray(0, XERIAL.length).equals(XERIAL)) return [buffer];
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at + 4 <= buffer.length;) {
    const size = buffer.readUInt32BE(at);
    blocks.push(buffer.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return blocks;
}

function unpackedSize(block: Buffer): number {
  let size = 0;
  for (let index = 0; index < Math.min(block.length, 5); index += 1) {
    const byte = block[index] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) break;
  }
  return size;
}

/** Teach kafkajs the codecs that Kafka writers use, each with an output limit. LZ4 is not among them: such a batch stops the reader. */
export function registerCompressionCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const snappy = boundedSnappy();
  CompressionCodecs[CompressionTypes.GZIP] = () => gzipCodec;
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
}
