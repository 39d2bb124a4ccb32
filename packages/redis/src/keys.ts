import { GroundswellError } from '@groundswell/domain';
import type { TopicPartition } from '@groundswell/stream';

/** The latest window of one feature set, entity and window size; 0 for features without a window. */
export interface SlotKey {
  readonly featureSet: string;
  readonly entity: string;
  readonly windowSizeMs: number;
}

/** A name that must not become part of a key (S44). */
export class BadKeyError extends GroundswellError {
  constructor(part: string) {
    super('a name may not be part of a Redis key', {
      code: 'GW_BAD_KEY',
      retriable: false,
      fields: { part },
    });
  }
}

const FEATURE_SET = /^[a-z][a-z0-9.-]{0,60}$/;
/** `crypto:BTC-USD@coinbase`, `v1:<base64url>`: no space, control character, `|`, `{` or `*`. */
const ENTITY = /^[A-Za-z0-9][A-Za-z0-9:._~/@=-]{0,199}$/;
const STREAM = /^[A-Za-z0-9][A-Za-z0-9:._~/@=*-]{0,199}$/;
const GAP_ID = /^[A-Za-z0-9][A-Za-z0-9:._~/@=|-]{0,299}$/;
const PRINCIPAL = /^[\x21-\x7e]{1,200}$/;

/** Every key of a lane; nothing else in the project writes a Redis key. */
export interface Keys {
  /** Lineage and rebuild id of the cache; absent = the cache may not be trusted. */
  readonly epoch: string;
  /** Id of the server process whose data were found complete; another one may have come back with older data. */
  readonly server: string;
  /** Id of the rebuild that runs; expires when its owner dies. */
  readonly rebuild: string;
  /** Set of the ids of all source streams. */
  readonly sourceIndex: string;
  /** Set of the ids of all gaps. */
  readonly gapIndex: string;
  slot(key: SlotKey): string;
  source(id: string): string;
  gap(id: string): string;
  position(of: TopicPartition): string;
  bucket(principal: string): string;
}

/** @throws BadKeyError from its functions, for names that could reach outside their key */
export function createKeys(lane: string): Keys {
  const prefix = `gw:${checked(lane, /^[a-z][a-z0-9-]{0,40}$/, 'lane')}:`;
  return {
    epoch: `${prefix}epoch`,
    server: `${prefix}server`,
    rebuild: `${prefix}rebuild`,
    sourceIndex: `${prefix}index:source`,
    gapIndex: `${prefix}index:gap`,
    slot: ({ featureSet, entity, windowSizeMs }) =>
      `${prefix}slot:${checked(featureSet, FEATURE_SET, 'feature_set')}|${checked(entity, ENTITY, 'entity')}|${windowSizeMs}`,
    source: (id) => `${prefix}source:${checked(id, STREAM, 'source')}`,
    gap: (id) => `${prefix}gap:${checked(id, GAP_ID, 'gap')}`,
    position: ({ topic, partition }) =>
      `${prefix}pos:${checked(topic, FEATURE_SET, 'topic')}:${partition}`,
    bucket: (principal) => `${prefix}bucket:${checked(principal, PRINCIPAL, 'principal')}`,
  };
}

function checked(text: string, allowed: RegExp, part: string): string {
  if (!allowed.test(text)) throw new BadKeyError(part);
  return text;
}
