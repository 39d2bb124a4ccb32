/** The little of the Kafka protocol that the fault proxy must read and forge. */
const PRODUCE = 0;
const NOT_LEADER_OR_FOLLOWER = 6;

export interface RequestHead {
  readonly isProduce: boolean;
  readonly correlationId: number;
}

/** Frames are length-prefixed (int32); requests begin with api key, version, correlation id. */
export function readRequestHead(frame: Buffer): RequestHead {
  return { isProduce: frame.readInt16BE(4) === PRODUCE, correlationId: frame.readInt32BE(8) };
}

export function readCorrelationId(response: Buffer): number {
  return response.readInt32BE(4);
}

/** Complete frames at the start of `bytes`, and what is left over. */
export function splitFrames(bytes: Buffer): { readonly frames: Buffer[]; readonly rest: Buffer } {
  const frames: Buffer[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readInt32BE(at);
    if (end > bytes.length) break;
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}

/** The answer of a broker that does not lead the partition (Produce v5 to v8, one topic, one partition). */
export function notLeaderResponse(request: Buffer): Buffer {
  const { topic, partition } = readTarget(request);
  const name = Buffer.from(topic);
  const body = Buffer.alloc(4 + 4 + 2 + name.length + 4 + 4 + 2 + 8 + 8 + 8 + 4);
  let at = body.writeInt32BE(readRequestHead(request).correlationId, 0);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(name.length, at);
  at += name.copy(body, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt32BE(partition, at);
  at = body.writeInt16BE(NOT_LEADER_OR_FOLLOWER, at);
  for (let longs = 0; longs < 3; longs += 1) at = body.writeBigInt64BE(-1n, at);
  body.writeInt32BE(0, at);
  const frame = Buffer.alloc(4 + body.length);
  frame.writeInt32BE(body.length, 0);
  body.copy(frame, 4);
  return frame;
}

function readTarget(request: Buffer): { topic: string; partition: number } {
  let at = 12;
  at += 2 + Math.max(0, request.readInt16BE(at)); // client id
  at += 2 + Math.max(0, request.readInt16BE(at)); // transactional id
  at += 2 + 4 + 4; // acks, timeout, number of topics
  const length = request.readInt16BE(at);
  const topic = request.toString('utf8', at + 2, at + 2 + length);
  return { topic, partition: request.readInt32BE(at + 2 + length + 4) };
}
