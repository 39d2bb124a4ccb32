import { open, type FileHandle } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { BucketRefusedError } from './errors.ts';
import { partBytesOf } from './parts.ts';

/** A file that does not change while it is carried away. */
export interface Source {
  readonly file: string;
  readonly bytes: number;
  /** Hexadecimal; kept with the object. */
  readonly sha256: string;
}

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Part by part, one at a time, so that memory is bounded and an interruption has one request to end. The uploader of the client library
 * (lib-storage) is not used: interrupted, it answers at once and leaves parts on their way, and the upload unfinished behind it.
 */
export async function upload(
  client: S3Client,
  target: Target,
  source: Source,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const partBytes = partBytesOf(source.bytes);
  const Metadata = { sha256: source.sha256 };
  const options = { abortSignal: signal };
  const handle = await open(source.file);
  try {
    if (source.bytes <= partBytes) {
      const Body = await read(handle, 0, source.bytes);
      await client.send(new PutObjectCommand({ ...target, Metadata, Body }), options);
      return;
    }
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...target, Metadata }),
      options,
    );
    const started = { ...target, UploadId };
    try {
      const Parts: CompletedPart[] = [];
      for (let at = 0; at < source.bytes; at += partBytes) {
        const PartNumber = Parts.length + 1;
        const Body = await read(handle, at, Math.min(partBytes, source.bytes - at));
        const part = { ...started, PartNumber, Body };
        const { ETag } = await client.send(new UploadPartCommand(part), options);
        Parts.push({ PartNumber, ETag });
      }
      const complete = { ...started, MultipartUpload: { Parts } };
      await client.send(new CompleteMultipartUploadCommand(complete), options);
    } catch (thrown) {
      await giveUp(client, started, thrown);
    }
  } finally {
    await handle.close();
  }
}

/** Parts without an end cost money and hold data that nobody lists. @throws what ended the upload */
async function giveUp(
  client: S3Client,
  started: Target & { readonly UploadId: string | undefined },
  reason: unknown,
): Promise<never> {
  try {
    await client.send(new AbortMultipartUploadCommand(started));
  } catch (thrown) {
    // The first fault is what a person must know; the bucket's own rule drops the parts later.
    if (reason instanceof Error) reason.cause ??= thrown;
  }
  throw reason;
}

async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
    // What is missing must not become zeros.
    if (bytesRead === 0) throw new BucketRefusedError('the file became shorter while it was read');
    filled += bytesRead;
  }
  return buffer;
}
