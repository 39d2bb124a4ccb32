import type { TopicYaml } from './catalogue.ts';

/** What a service may do with a topic. `configure`: create it and set its configuration; `describe`: ask where its log ends. */
export type TopicRight = 'read' | 'write' | 'describe' | 'configure';

export interface ServiceRights {
  readonly topics: Readonly<Record<string, readonly TopicRight[]>>;
  /** Groups whose name begins with the service's own: `own` = it reads; `describe` = positions of every group; null = none. */
  readonly groups: 'own' | 'describe' | null;
}

/** Sees the ends of all logs and reads no record; `groups` also sees the positions of groups. */
export type ObserversYaml = Readonly<Record<string, 'topics' | 'groups'>>;

/** Makes topics and nothing else. */
const DEPLOYER = 'deploy-schemas';
/** Sends dead letters again, to the topics whose records can become one and replace no other. */
const OPERATOR = 'operate';

/**
 * Least privilege in Kafka (S73): what producers and consumers of the catalogue need, service by service. Terraform makes users of a managed
 * cluster from it, `tools/deploy-acls.ts` the rules of one's own.
 */
export function kafkaRights(
  topics: Readonly<Record<string, TopicYaml>>,
  observers: ObserversYaml,
): Readonly<Record<string, ServiceRights>> {
  const all = Object.entries(topics);
  const services = new Set(
    all.flatMap(([, { producers, consumers }]) => [...producers, ...consumers]),
  );
  const rights = new Map<string, ServiceRights>();
  for (const service of [...services].sort()) {
    const own = all.flatMap(([name, topic]) => {
      const given: TopicRight[] = [
        ...(topic.consumers.includes(service) ? (['read'] as const) : []),
        ...(topic.producers.includes(service) ? (['write'] as const) : []),
      ];
      return given.length === 0 ? [] : [[name, given] as const];
    });
    const isReader = own.some(([, given]) => given.includes('read'));
    rights.set(service, { topics: Object.fromEntries(own), groups: isReader ? 'own' : null });
  }
  const everyTopic = (right: TopicRight) =>
    Object.fromEntries(all.map(([name]) => [name, [right]]));
  for (const [service, sees] of Object.entries(observers)) {
    if (rights.has(service)) throw new TypeError(`${service} reads or writes: it is no observer`);
    const groups = sees === 'groups' ? 'describe' : null;
    rights.set(service, { topics: everyTopic('describe'), groups });
  }
  const decided = all.filter(
    ([, { consumers, cleanup }]) =>
      cleanup !== 'compact_delete' && consumers.some((one) => one.startsWith('derive-')),
  );
  const given = decided.map(([name]) => [name, ['write']] as const);
  rights.set(OPERATOR, { topics: Object.fromEntries(given), groups: null });
  rights.set(DEPLOYER, { topics: everyTopic('configure'), groups: null });
  return Object.fromEntries(rights);
}
