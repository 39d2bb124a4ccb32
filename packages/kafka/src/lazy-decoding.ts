import { LazyMessage, VarReader, type BatchContext } from './lazy-message.ts';

const BATCH_HEADER_BYTES = 61;
/** kafkajs looks no further when fewer bytes than this are left. */
const LEAST_BYTES = 49;
const MAGIC = 2;
const LOG_APPEND_TIME = 0x08;
/** Compression, transactions and control batches are left to kafkajs. */
const NOT_OURS = 0x37;
/** Offsets and times up to here stay exact after any delta. */
const MAX_EXACT = BigInt(2 ** 53 - 2 ** 32);

/**
 * The messages in the records of one partition's fetch response, by position (PF3). Null when there is anything in it that kafkajs should
 * decode itself: other formats, compression, transactions, inexact numbers, offsets that do not rise, damage.
 */
export function scanRecords(buffer: Buffer): LazyMessage[] | null {
  const messages: LazyMessage[] = [];
  for (let at = 0; buffer.length - at >= LEAST_BYTES;) {
    if (buffer[at + 16] !== MAGIC) return null;
    const end = at + 12 + buffer.readInt32BE(at + 8);
    // The tail may be cut (maxBytes): it comes again, whole.
    if (end > buffer.length) break;
    if (end - at < BATCH_HEADER_BYTES || !scanBatch(buffer, at, end, messages)) return null;
    at = end;
  }
  return Object.defineProperty(messages, 'filter', { value: fromFirstWanted });
}

/**
 * kafkajs filters a fetch by offset, and only the first records can lie before the one that was asked for: in a list by offset the first
 * that passes ends the search, instead of every offset turned into text and back.
 */
function fromFirstWanted(
  this: readonly LazyMessage[],
  isWanted: (message: LazyMessage, index: number) => boolean,
): LazyMessage[] {
  const first = this.findIndex(isWanted);
  return first < 0 ? [] : this.slice(first);
}

function scanBatch(buffer: Buffer, at: number, end: number, into: LazyMessage[]): boolean {
  const attributes = buffer.readInt16BE(at + 21);
  const firstOffset = buffer.readBigInt64BE(at);
  const firstTimestamp = buffer.readBigInt64BE(at + 27);
  const maxTimestamp = buffer.readBigInt64BE(at + 35);
  if ((attributes & NOT_OURS) !== 0 || ![firstOffset, firstTimestamp, maxTimestamp].every(isExact))
    return false;
  const context: BatchContext = {
    buffer,
    firstOffset: Number(firstOffset),
    firstTimestampMs: Number(firstTimestamp),
    maxTimestampMs: Number(maxTimestamp),
    isLogAppendTime: (attributes & LOG_APPEND_TIME) !== 0,
  };
  const reader = new VarReader(buffer);
  reader.at = at + BATCH_HEADER_BYTES;
  let last = into.at(-1)?.offsetNumber ?? -1;
  for (let count = buffer.readInt32BE(at + 57); count > 0; count -= 1) {
    const message = scanRecord(buffer, reader, end, context);
    if (message === null || message.offsetNumber <= last) return false;
    last = message.offsetNumber;
    into.push(message);
  }
  return true;
}

function scanRecord(
  buffer: Buffer,
  reader: VarReader,
  batchEnd: number,
  context: BatchContext,
): LazyMessage | null {
  const length = reader.varint();
  const end = reader.at + length;
  if (!(length > 0) || end > batchEnd) return null;
  const attributes = buffer.readInt8(reader.at);
  reader.at += 1;
  const timestampDelta = reader.varint();
  const offsetDelta = reader.varint();
  const keyLength = reader.varint();
  const keyAt = reader.at;
  reader.at += Math.max(0, keyLength);
  const valueLength = reader.varint();
  const valueAt = reader.at;
  // One comparison refuses NaN too, which whatever is cut short or not exact has become.
  const isWhole =
    Math.abs(timestampDelta) + Math.abs(offsetDelta) < 2 ** 32 &&
    keyLength >= -1 &&
    valueLength >= -1 &&
    valueAt + valueLength < end;
  if (!isWhole) return null;
  reader.at = end;
  return new LazyMessage(
    context,
    attributes,
    offsetDelta,
    timestampDelta,
    keyAt,
    keyLength,
    valueAt,
    valueLength,
  );
}

function isExact(value: bigint): boolean {
  return value <= MAX_EXACT && value >= -MAX_EXACT;
}
