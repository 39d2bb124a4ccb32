import { BackupError } from './errors.ts';

/** As infra/backup/dump.sh calls a finished dump: schema of the lane, second in UTC. Names of one lane sort by time. */
const DUMP = /^(gw_[a-z0-9_]+)-\d{8}T\d{6}Z\.dump$/;

export const isDumpName = (name: string): boolean => DUMP.test(name);

/**
 * The object of a dump: its name, below the schema of its lane.
 * @throws BackupError for another name: it would lie where nobody looks, or where no rule drops it
 */
export function keyOfDump(name: string): string {
  const schema = DUMP.exec(name)?.[1];
  if (schema === undefined) {
    throw new BackupError(
      `${name} is not the name of a dump, such as gw_live-20261122T024100Z.dump`,
    );
  }
  return `${schema}/${name}`;
}

/** Where the dumps of a lane lie. @param lane e.g. `live` */
export const prefixOfLane = (lane: string): string => `gw_${lane.replaceAll('-', '_')}/`;

/** The name in a key, undefined for what is no dump. */
export function nameInKey(key: string): string | undefined {
  const name = key.slice(key.indexOf('/') + 1);
  return isDumpName(name) && keyOfDump(name) === key ? name : undefined;
}
