/** Changes no table: from here on a role that dumps reads all of a lane, and an older release knows by it that rights are not its own to take. */
export const backupRole = '-- rights only (backup-rights.ts)';
