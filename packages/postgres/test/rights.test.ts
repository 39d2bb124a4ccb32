import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { backupRights } from '../src/backup-rights.ts';
import { newestMigration } from '../src/migrate.ts';
import { tableRights } from '../src/rights.ts';

describe('rights of the roles', () => {
  it('change together with a migration: an older release knows by it that they are not its own to take', () => {
    const hash = createHash('sha256')
      .update(JSON.stringify([tableRights, backupRights]))
      .digest('hex')
      .slice(0, 16);
    expect({ [newestMigration]: hash }).to.deep.equal({
      '0010-redrive': 'f6efa45e824b4061',
    });
  });
});
