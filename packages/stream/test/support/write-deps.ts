import type { TopicName, TopicRecords } from '@groundswell/schemas';
import { expect } from 'chai';
import type { BatchWritesDeps } from '../../src/batch-writes.ts';
import type { RecordCodec } from '../../src/index.ts';

const codec: RecordCodec<TopicRecords[TopicName]> = {
  prepare: () => Promise.resolve(),
  decode: () => expect.fail('nothing is decoded'),
  encode: () => new Uint8Array(),
};

/** What a batch is written with where bytes do not matter. */
export function writeDeps(
  source: TopicName,
  physicalTopic: BatchWritesDeps['physicalTopic'],
): BatchWritesDeps {
  return {
    service: 's',
    codecs: (() => codec) as unknown as BatchWritesDeps['codecs'],
    nowUs: () => 1,
    logicalTopic: () => source,
    physicalTopic,
  };
}
