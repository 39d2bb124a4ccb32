import kafkajs, { type AclEntry } from 'kafkajs';
import type { KafkaClient } from './client.ts';
import { fromKafkaError } from './convert-error.ts';

/** One thing that a user may do, from anywhere. What is not allowed is forbidden. */
export interface KafkaRight {
  /** Name as the broker's users have it; the principal is `User:<name>`. */
  readonly user: string;
  readonly resource: 'topic' | 'group';
  readonly name: string;
  /** The name is the beginning of the names that are meant. */
  readonly isPrefix: boolean;
  /** In Kafka read and write imply describe. */
  readonly operation: Operation;
}

export type Operation = keyof typeof operations;

export interface RightsOutcome {
  readonly created: number;
  readonly removed: number;
  readonly unchanged: number;
}

export interface AclAdmin {
  /**
   * Give these users exactly these rights on topics and groups: what is missing is made, and what else their rules allow is removed. Users
   * that are not named, and rules on other resources, are left alone. Safe to repeat.
   * @throws KafkaRefusedError when we may not change rules, KafkaUnavailableError
   */
  ensureRights(users: readonly string[], rights: readonly KafkaRight[]): Promise<RightsOutcome>;
}

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const operations = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  describe: AclOperationTypes.DESCRIBE,
  create: AclOperationTypes.CREATE,
  describe_configs: AclOperationTypes.DESCRIBE_CONFIGS,
  alter_configs: AclOperationTypes.ALTER_CONFIGS,
} as const;
const resources = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP } as const;

export function createAclAdmin(client: KafkaClient): AclAdmin {
  const standing = async (users: readonly string[]): Promise<readonly AclEntry[]> => {
    const admin = await client.admin();
    const found: AclEntry[] = [];
    for (const user of users) {
      for (const resourceType of Object.values(resources)) {
        const answer = await admin.describeAcls({
          ...ANY,
          resourceType,
          principal: principalOf(user),
        });
        for (const { acls, ...resource } of answer.resources) {
          found.push(...acls.map((acl) => ({ ...resource, ...acl })));
        }
      }
    }
    return found;
  };

  return {
    async ensureRights(users, rights) {
      try {
        const admin = await client.admin();
        const wanted = new Map(rights.map(entryOf).map((entry) => [nameOf(entry), entry]));
        const there = new Map((await standing(users)).map((entry) => [nameOf(entry), entry]));
        const missing = [...wanted].filter(([name]) => !there.has(name));
        const excess = [...there].filter(([name]) => !wanted.has(name));
        // First more, then less: a right that is only written otherwise is never gone in between.
        if (missing.length > 0) await admin.createAcls({ acl: missing.map(([, entry]) => entry) });
        if (excess.length > 0)
          await admin.deleteAcls({ filters: excess.map(([, entry]) => entry) });
        return {
          created: missing.length,
          removed: excess.length,
          unchanged: wanted.size - missing.length,
        };
      } catch (thrown) {
        throw fromKafkaError(thrown, 'set rights');
      }
    },
  };
}

const ANY = {
  resourcePatternType: ResourcePatternTypes.ANY,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
} as const;

function principalOf(user: string): string {
  return `User:${user}`;
}

function entryOf({ user, resource, name, isPrefix, operation }: KafkaRight): AclEntry {
  return {
    resourceType: resources[resource],
    resourceName: name,
    resourcePatternType: isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
    principal: principalOf(user),
    host: '*',
    operation: operations[operation],
    permissionType: AclPermissionTypes.ALLOW,
  };
}

function nameOf(entry: AclEntry): string {
  const { resourceType, resourceName, resourcePatternType, principal, host } = entry;
  const { operation, permissionType } = entry;
  return JSON.stringify([
    ...[resourceType, resourceName, resourcePatternType, principal, host],
    ...[operation, permissionType],
  ]);
}
