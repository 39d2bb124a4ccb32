const MIB = 1024 * 1024;
/** The service takes parts of 5 MiB and more; this is what is held in memory. */
const LEAST_PART_BYTES = 16 * MIB;
/** Most parts that S3 takes. */
const MOST_PARTS = 10_000;

/** How large the parts of an upload are, whole MiB: as small as the number of parts allows. */
export function partBytesOf(fileBytes: number): number {
  return Math.max(LEAST_PART_BYTES, Math.ceil(fileBytes / MOST_PARTS / MIB) * MIB);
}
