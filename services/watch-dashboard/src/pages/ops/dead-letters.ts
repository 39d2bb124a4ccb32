import { conservationRows } from '../../lib/conservation.ts';
import type { Checkpoint } from '../../lib/api.ts';
import type { DeadLetterKind } from './rest.ts';

const stages: Readonly<Record<string, string>> = {
  CONNECT: 'A connector got a frame that it cannot read.',
  FETCH: 'The bytes of the log could not be fetched.',
  DECODE: 'The bytes are not a record of the topic: framing, schema id or Avro are wrong.',
  VALIDATE: 'It is a record, but a rule on ranges or fields refuses it.',
  ENRICH: 'Something that it needs could not be computed within its limits.',
  APPLY: 'Its handler failed twice on this record alone, in clean state.',
  PERSIST: 'The store refuses its values for good.',
};

/** What the stage says, for people. */
export function stageText(stage: string): string {
  return stages[stage.toUpperCase()] ?? 'It was passed over, with its row in the same transaction.';
}

/** `bad_magic` -> `bad magic`. */
export function reasonText(reason: string): string {
  return reason.replaceAll('_', ' ').toLowerCase();
}

/** `3f9a…c1` of a fingerprint. */
export function shortFingerprint(fingerprint: string): string {
  return `${fingerprint.slice(0, 4)}…${fingerprint.slice(-2)}`;
}

/** Dead of all records that the group has decided about in this topic; null when not known. */
export function deadShare(
  kind: DeadLetterKind,
  checkpoints: readonly Checkpoint[] | null,
): { readonly dead: bigint; readonly offsets: bigint } | null {
  const row = conservationRows(checkpoints ?? []).find(
    ({ group, topic }) => group === kind.group && topic === kind.topic,
  );
  return row === undefined ? null : { dead: row.dead, offsets: row.offsets };
}

/** `/ops/dead-letters/<fingerprint>` of an address; null for other pages and malformed names. */
export function fingerprintOf(path: string): string | null {
  return /^\/ops\/dead-letters\/([0-9a-f]{12})$/.exec(path)?.[1] ?? null;
}

export function deadLetterPath(fingerprint: string): string {
  return `/ops/dead-letters/${fingerprint}`;
}
