/**
 * Redis users by service (S76), as `ACL SETUSER` takes them, for Redis 6.2 and later and Valkey. A user may run exactly the commands that its
 * service sends, in the keys of one lane.
 *
 * `EVAL` is off, scripts are run by hash. `SCRIPT LOAD` is on: a server that was started anew has forgotten them. It gives nothing away, for
 * a script may do only what its caller may.
 */
const CONNECT = ['hello', 'ping', 'info', 'client|setname'];
const READ = ['get', 'mget', 'smembers'];
const SCRIPTS = ['evalsha', 'script|load'];

export const redisUsers = {
  'persist-online': [...CONNECT, ...READ, ...SCRIPTS, 'set', 'mset', 'sadd', 'del', 'pexpire'],
  // Writes only the buckets of its rate limits, by a script that asks the time.
  'serve-api': [...CONNECT, ...READ, ...SCRIPTS, 'set', 'time'],
  'serve-live': [...CONNECT, ...READ],
  // INFO only: it sees no key.
  'watch-parts': CONNECT,
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The rules of a user, all of them: what an earlier rule allowed is gone. It is off until it gets a password (`on #<SHA-256>`). */
export function redisUserRules(user: keyof typeof redisUsers, lane: string): readonly string[] {
  return ['reset', `~gw:${lane}:*`, ...redisUsers[user].map((command) => `+${command}`)];
}

/** An ACL file for `aclfile`: the users of the live lane without passwords, and nobody who needs none. */
export function redisAclFile(lane: string): string {
  const users = Object.keys(redisUsers) as (keyof typeof redisUsers)[];
  const lines = users.map((user) => `user ${user} ${redisUserRules(user, lane).join(' ')}`);
  return `${['user default reset', ...lines].join('\n')}\n`;
}
