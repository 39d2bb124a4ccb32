import type { Checkpoint } from './api.ts';

/** Sum over the partitions of one topic in one group: I13 with its difference, exact. */
export interface ConservationRow {
  readonly group: string;
  readonly topic: string;
  readonly partitions: number;
  readonly offsets: bigint;
  readonly applied: bigint;
  readonly deduped: bigint;
  readonly late: bigint;
  readonly dead: bigint;
  readonly erased: bigint;
  readonly markers: bigint;
  /** next - first - all verdicts; anything but 0 is a loss or a double count. */
  readonly difference: bigint;
  readonly parts: readonly (Omit<ConservationRow, 'parts' | 'partitions'> & {
    readonly partition: number;
  })[];
}

export function conservationRows(checkpoints: readonly Checkpoint[]): readonly ConservationRow[] {
  const byTopic = new Map<string, Checkpoint[]>();
  for (const checkpoint of checkpoints) {
    const key = `${checkpoint.group}|${checkpoint.topic}`;
    const held = byTopic.get(key);
    if (held === undefined) byTopic.set(key, [checkpoint]);
    else held.push(checkpoint);
  }
  return [...byTopic.values()].map(rowOf).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ group, topic }: { readonly group: string; readonly topic: string }): string {
  return `${topic}|${group}`;
}

function rowOf(checkpoints: readonly Checkpoint[]): ConservationRow {
  const parts = [...checkpoints].sort((a, b) => a.partition - b.partition).map(partOf);
  const sum = (pick: (part: (typeof parts)[number]) => bigint) =>
    parts.reduce((total, part) => total + pick(part), 0n);
  return {
    group: checkpoints[0]?.group ?? '',
    topic: checkpoints[0]?.topic ?? '',
    partitions: parts.length,
    offsets: sum(({ offsets }) => offsets),
    applied: sum(({ applied }) => applied),
    deduped: sum(({ deduped }) => deduped),
    late: sum(({ late }) => late),
    dead: sum(({ dead }) => dead),
    erased: sum(({ erased }) => erased),
    markers: sum(({ markers }) => markers),
    // Differences of partitions may cancel out, so magnitudes are added.
    difference: sum(({ difference }) => (difference < 0n ? -difference : difference)),
    parts,
  };
}

function partOf(checkpoint: Checkpoint) {
  const offsets = BigInt(checkpoint.next_offset) - BigInt(checkpoint.first_offset);
  const [applied, deduped] = [BigInt(checkpoint.applied), BigInt(checkpoint.deduped)];
  const [late, dead] = [BigInt(checkpoint.late), BigInt(checkpoint.dead)];
  const [erased, markers] = [BigInt(checkpoint.erased), BigInt(checkpoint.markers)];
  const difference = offsets - applied - deduped - late - dead - erased - markers;
  const { group, topic, partition } = checkpoint;
  return {
    ...{ group, topic, partition, offsets, applied, deduped, late, dead, erased, markers },
    difference,
  };
}
