import type { Mutant } from '../mutant.ts';

const store = ['tools/test/backup.test.ts'];
const bucket = ['packages/bucket/test/bucket.test.ts'];

/** Dumps that leave the machine: what must not count as stored, and what must not count as brought back. */
export const backupMutants: readonly Mutant[] = [
  {
    name: 'who dumps may write',
    rule: 'S75',
    file: 'packages/postgres/src/backup-rights.ts',
    find: "backupRights = 'SELECT'",
    replace: "backupRights = 'SELECT, UPDATE'",
    tests: ['packages/postgres/test/rights.test.ts'],
  },
  {
    name: 'a dump that came back another counts as stored',
    rule: 'S103',
    file: 'tools/backup/store.ts',
    find: 'stored.sha256 !== sent.sha256',
    replace: 'stored.bytes > sent.bytes',
    tests: store,
  },
  {
    name: 'a dump that came back another keeps its name',
    rule: 'S103',
    file: 'tools/backup/store.ts',
    find: 'await bucket.remove(key);',
    replace: '',
    tests: store,
  },
  {
    name: 'an object without a hash is taken for a dump',
    rule: 'S103',
    file: 'tools/backup/store.ts',
    find: 'got.sha256 !== sha256',
    replace: 'sha256 !== null && got.sha256 !== sha256',
    tests: store,
  },
  {
    name: 'an upload that ended early leaves its parts',
    rule: 'S103',
    file: 'packages/bucket/src/upload.ts',
    find: 'await client.send(new AbortMultipartUploadCommand(started));',
    replace: '',
    tests: bucket,
  },
  {
    name: 'larger bodies go around the authority of the settings',
    rule: 'S71',
    file: 'packages/bucket/src/bucket.ts',
    find: 'expectContinueHeader: false,',
    replace: '',
    tests: bucket,
  },
  {
    name: 'a dump travels in plaintext',
    rule: 'S71',
    file: 'tools/backup/settings.ts',
    find: "protocol === 'https:' ||",
    replace: "protocol === 'https:' || protocol === 'http:' ||",
    tests: store,
  },
  {
    name: 'a password adds lines to the file of the connection',
    rule: 'S71',
    file: 'tools/backup/connection-file.ts',
    find: '[\\u0000-\\u001f]|',
    replace: '',
    tests: store,
  },
];
