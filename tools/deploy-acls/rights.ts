import type { KafkaRight } from '@groundswell/kafka';
import { inLane, kafkaRights, laneConsumerGroup } from '@groundswell/schemas';

interface ServiceRights {
  readonly topics: Readonly<Record<string, readonly (keyof typeof operationsOf)[]>>;
  readonly groups: 'own' | 'describe' | null;
}

const table: Readonly<Record<string, ServiceRights>> = kafkaRights;

export const serviceNames: readonly string[] = Object.keys(table);

const operationsOf = {
  read: ['read'],
  write: ['write'],
  describe: ['describe'],
  configure: ['create', 'describe', 'describe_configs', 'alter_configs'],
} as const;

/** The table of the catalogue as rules of one lane; users are called as services are. */
export function rightsInLane(lane: string): readonly KafkaRight[] {
  return Object.entries(table).flatMap(([user, { topics, groups }]) => [
    ...Object.entries(topics).flatMap(([topic, given]) =>
      given.flatMap((right) =>
        operationsOf[right].map((operation) => ({
          user,
          resource: 'topic' as const,
          name: inLane(lane, topic),
          isPrefix: false,
          operation,
        })),
      ),
    ),
    ...groupRights(user, groups, lane),
  ]);
}

/** A service has several groups, some with an id of the replica at the end: all begin with its name. */
function groupRights(
  user: string,
  groups: ServiceRights['groups'],
  lane: string,
): readonly KafkaRight[] {
  if (groups === null) return [];
  const group = { user, resource: 'group' as const };
  if (groups === 'own') {
    const name = laneConsumerGroup(lane, user);
    return [{ ...group, name, isPrefix: true, operation: 'read' }];
  }
  return serviceNames
    .filter((service) => table[service]?.groups === 'own')
    .map((service) => ({
      ...group,
      name: laneConsumerGroup(lane, service),
      isPrefix: true,
      operation: 'describe',
    }));
}
