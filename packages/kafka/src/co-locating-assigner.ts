import kafkajs, {
  type GroupMember,
  type GroupMemberAssignment,
  type PartitionAssigner,
} from 'kafkajs';
import { PartitionCountError } from '@groundswell/stream';

const { AssignerProtocol } = kafkajs;

/** What one member reads: keyed topics by partition number, broadcast topics whole. */
export interface CoLocation {
  readonly keyedTopics: readonly string[];
  readonly broadcastTopics: readonly string[];
}

export type PartitionsByTopic = Record<string, number[]>;

/**
 * Partition p of *all* keyed topics goes to one member, every partition of a broadcast topic to every member. (kafkajs's default
 * spreads two topics x 3 over two members as t1[0,2] t2[1]: one task's records would meet in two processes.) The members take the
 * partition numbers in turn, ordered by member id, so every leader computes the same.
 * @throws PartitionCountError when keyed topics differ in their number of partitions
 */
export function coLocate(
  memberIds: readonly string[],
  topics: CoLocation,
  partitionCountOf: (topic: string) => number,
): ReadonlyMap<string, PartitionsByTopic> {
  const members = [...memberIds].sort();
  const count = commonPartitionCount(topics.keyedTopics, partitionCountOf);
  return new Map(
    members.map((member, turn) => {
      const mine = range(count).filter((partition) => partition % members.length === turn);
      return [
        member,
        Object.fromEntries([
          ...(mine.length === 0 ? [] : topics.keyedTopics.map((topic) => [topic, [...mine]])),
          ...topics.broadcastTopics.map((topic) => [topic, range(partitionCountOf(topic))]),
        ]) as PartitionsByTopic,
      ];
    }),
  );
}

/** The number of partitions that all keyed topics have; 0 without keyed topics. @throws PartitionCountError */
export function commonPartitionCount(
  topics: readonly string[],
  partitionCountOf: (topic: string) => number,
): number {
  const [first, ...others] = topics;
  if (first === undefined) return 0;
  const count = partitionCountOf(first);
  for (const topic of others) {
    const other = partitionCountOf(topic);
    if (other !== count)
      throw new PartitionCountError({ topic, partitions: other, expected: count });
  }
  return count;
}

/** {@link coLocate} as a kafkajs assigner. */
export function coLocatingAssigner(topics: CoLocation): PartitionAssigner {
  return ({ cluster }) => ({
    name: 'groundswell-co-locating',
    version: 1,
    assign: async ({ members }: { members: GroupMember[] }): Promise<GroupMemberAssignment[]> => {
      const assigned = coLocate(
        members.map(({ memberId }) => memberId),
        topics,
        (topic) => cluster.findTopicPartitionMetadata(topic).length,
      );
      return await Promise.resolve(
        [...assigned].map(([memberId, assignment]) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: 1,
            assignment,
            userData: Buffer.alloc(0),
          }),
        })),
      );
    },
    protocol: ({ topics: subscribed }) => ({
      name: 'groundswell-co-locating',
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: 1,
        topics: subscribed,
        userData: Buffer.alloc(0),
      }),
    }),
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
