import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { compareVersions, readLockfile, type Installed } from '../security/lockfile.ts';
import { FLOORS, UNMAINTAINED } from '../security/policy.ts';
import { canaries, entropyOf, secretsIn } from '../security/secrets.ts';
import {
  belowFloor,
  installScriptsAllowed,
  licenceFaults,
  unexpectedInstallScripts,
  unmaintainedFaults,
  unpinnedArchives,
  versionRanges,
} from '../security/supply-chain.ts';

const rootDir = process.cwd();
const packages = readLockfile(rootDir);
const other = (change: Partial<Installed>): Installed => ({
  name: 'left-pad',
  version: '1.0.0',
  path: 'node_modules/left-pad',
  license: 'MIT',
  isDev: false,
  hasInstallScript: false,
  deprecated: undefined,
  integrity: 'sha512-x',
  ...change,
});

describe('what is installed', () => {
  it('is read from the lock file, every copy of a package', () => {
    expect(packages.length).to.be.greaterThan(300);
    expect(packages.filter(({ name }) => name === 'ws').length).to.be.greaterThan(1);
  });

  it('is at or above the floors, wherever a copy lies', () => {
    expect(belowFloor(packages)).to.deep.equal([]);
    const nested = other({ name: 'ws', version: '8.20.9', path: 'node_modules/x/node_modules/ws' });
    expect(belowFloor([...packages, nested])).to.have.length(1);
    expect(belowFloor([other({ name: 'ws', version: FLOORS['ws']?.version ?? '' })])).to.be.empty;
  });

  it('compares versions by number, and a pre-release below its release', () => {
    expect(compareVersions('8.9.0', '8.21.0')).to.equal(-1);
    expect(compareVersions('8.21.0', '8.21.0')).to.equal(0);
    expect(compareVersions('8.21.0-beta.1', '8.21.0')).to.equal(-1);
    expect(compareVersions('10.0.0', '9.9.9')).to.equal(1);
  });

  it('gains or loses no install script unseen, and only the allowed ones run', () => {
    expect(unexpectedInstallScripts(packages)).to.deep.equal([]);
    expect(
      unexpectedInstallScripts([...packages, other({ hasInstallScript: true })]),
    ).to.deep.equal(['left-pad has an install script that nobody has looked at']);
    const without = packages.filter(({ name }) => name !== 'protobufjs');
    expect(unexpectedInstallScripts(without)).to.have.length(1);
    expect(installScriptsAllowed(rootDir)).to.deep.equal([]);
  });

  it('has licences of the list; what is for tools only is not shipped', () => {
    expect(licenceFaults(packages)).to.deep.equal([]);
    expect(licenceFaults([other({ license: 'AGPL-3.0' })])).to.have.length(1);
    expect(licenceFaults([other({ license: undefined })])).to.have.length(1);
    expect(licenceFaults([other({ license: 'MPL-2.0' })])).to.have.length(1);
    expect(licenceFaults([other({ license: 'MPL-2.0', isDev: true })])).to.deep.equal([]);
  });

  it('has an exit plan where it is unmaintained, for the version that is installed', () => {
    expect(Object.keys(UNMAINTAINED)).to.include('kafkajs');
    expect(unmaintainedFaults(packages, rootDir)).to.deep.equal([]);
    const deprecated = other({ deprecated: 'use padStart' });
    expect(unmaintainedFaults([...packages, deprecated], rootDir)).to.deep.equal([
      'left-pad is deprecated and has no plan: use padStart',
    ]);
    const newer = packages.map((one) =>
      one.name === 'kafkajs' ? { ...one, version: '2.2.5' } : one,
    );
    expect(unmaintainedFaults(newer, rootDir)).to.have.length(1);
  });

  it('is pinned by hash and by exact version', () => {
    expect(unpinnedArchives(packages)).to.deep.equal([]);
    expect(unpinnedArchives([other({ integrity: undefined })])).to.have.length(1);
    expect(versionRanges(rootDir)).to.deep.equal([]);
    const dir = mkdtempSync(join(tmpdir(), 'gw-ranges-'));
    try {
      mkdirSync(join(dir, 'schemas'));
      const manifest = JSON.stringify({ dependencies: { ws: '^8.21.0', qs: '6.16.0' } });
      writeFileSync(join(dir, 'schemas/package.json'), manifest);
      expect(versionRanges(dir)).to.deep.equal(['schemas/package.json: ws ^8.21.0 is a range']);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('the scanner of secrets', () => {
  it('finds a planted one of each kind', () => {
    for (const { kind, text } of canaries()) {
      const kinds = secretsIn('planted', `first line\n${text}`).map((found) => found.kind);
      expect(kinds, kind).to.include(kind);
    }
    expect(canaries().length).to.be.greaterThan(8);
  });

  it('says where, and is quiet about names, placeholders and the documented local password', () => {
    const [first] = secretsIn('a.env', `x\n${canaries()[3]?.text ?? ''}`);
    expect(first).to.deep.equal({ file: 'a.env', line: 2, kind: 'GitLab token' });
    for (const harmless of [
      'postgres://groundswell:groundswell@127.0.0.1:5432/groundswell',
      'postgres://app:${PASSWORD}@db/groundswell',
      "secret: 'name-of-the-secret-in-the-vault'",
      'const token = readToken(request)',
    ]) {
      expect(secretsIn('a.ts', harmless), harmless).to.deep.equal([]);
    }
  });

  it('tells random text from words', () => {
    expect(entropyOf('aaaaaaaaaaaaaaaaaaaaaaaa')).to.equal(0);
    expect(entropyOf('abcd')).to.equal(2);
  });
});
