/** Which filling of the cache this is: the lineage of the state store it came from, and the rebuild that made it. */
export interface CacheEpoch {
  readonly lineage: number;
  readonly rebuildId: string;
  /** As stored: `<lineage>:<rebuild id>`. */
  readonly text: string;
}

export function cacheEpoch(lineage: number, rebuildId: string): CacheEpoch {
  return { lineage, rebuildId, text: `${lineage}:${rebuildId}` };
}

/** Null for an absent or foreign text: then the cache may not be trusted. */
export function parseEpoch(text: string | null): CacheEpoch | null {
  const match = /^(\d{1,16}):(.+)$/.exec(text ?? '');
  return match === null ? null : cacheEpoch(Number(match[1]), match[2] ?? '');
}
