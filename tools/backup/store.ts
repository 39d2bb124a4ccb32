import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from '@groundswell/bucket';
import { isDumpName, keyOfDump, nameInKey, prefixOfLane } from './dump-name.ts';
import { BackupError } from './errors.ts';

export interface Dump {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Carries a dump to the bucket and reads it back: only what came back the same counts as stored, and nothing else keeps the name.
 * @param path a dump, or a folder with exactly one
 */
export async function storeDump(bucket: Bucket, path: string, signal: AbortSignal): Promise<Dump> {
  const file = dumpAt(path);
  const name = basename(file);
  const key = keyOfDump(name);
  const sent = await digest(createReadStream(file));
  if (sent.bytes === 0) throw new BackupError(`${name} is empty`);
  await bucket.put(key, { file, ...sent }, signal);
  const { body } = await bucket.open(key, signal);
  const stored = await digest(body);
  if (stored.sha256 !== sent.sha256) {
    await bucket.remove(key);
    throw new BackupError(
      `${name}: ${sent.bytes} bytes went, ${stored.bytes} others came back; the object was removed`,
    );
  }
  return { name, bytes: sent.bytes };
}

/** Dumps of a lane, newest first. */
export async function listDumps(
  bucket: Bucket,
  lane: string,
): Promise<readonly (Dump & { readonly storedAt: Date })[]> {
  const objects = await bucket.list(prefixOfLane(lane));
  return objects
    .flatMap(({ key, ...rest }) => {
      const name = nameInKey(key);
      return name === undefined ? [] : [{ name, ...rest }];
    })
    .toReversed();
}

/**
 * Brings a dump back into a file that is not there yet, and compares it with the hash that it was stored with.
 * @throws BackupError when it is another; the file is not made then
 */
export async function fetchDump(
  bucket: Bucket,
  name: string,
  file: string,
  signal: AbortSignal,
): Promise<Dump> {
  if (existsSync(file)) throw new BackupError(`${file} is there already`);
  const { body, sha256 } = await bucket.open(keyOfDump(name), signal);
  const partial = `${file}.partial`;
  try {
    // A dump holds personal data: for its owner only.
    const got = await digest(body, createWriteStream(partial, { mode: 0o600 }));
    if (got.sha256 !== sha256) {
      throw new BackupError(`${name} is not what was stored: its SHA-256 is another`);
    }
    await rename(partial, file);
    return { name, bytes: got.bytes };
  } finally {
    await rm(partial, { force: true });
  }
}

function dumpAt(path: string): string {
  if (!existsSync(path)) throw new BackupError(`${path} is not there`);
  if (!statSync(path).isDirectory()) return path;
  const names = readdirSync(path).filter(isDumpName);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw new BackupError(`${path} has ${names.length} dumps, not one`);
  }
  return join(path, name);
}

/** Size and SHA-256 of what comes, which goes on to `sink`. */
async function digest(
  source: AsyncIterable<Uint8Array>,
  sink: NodeJS.WritableStream = nowhere(),
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  await pipeline(counted, sink);
  return { bytes, sha256: hash.digest('hex') };
}

const nowhere = (): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
