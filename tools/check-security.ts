/**
 * `npm run check:security`: what can be said about the supply chain and about secrets without asking any server. Prints one line per
 * check and ends non-zero when one failed. `--history` also reads every commit (needs the whole clone).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWED_FINDINGS } from './security/allowed-findings.ts';
import { readLockfile } from './security/lockfile.ts';
import { canaries, scanHistory, scanTree, secretsIn, type Finding } from './security/secrets.ts';
import {
  belowFloor,
  installScriptsAllowed,
  licenceFaults,
  unexpectedInstallScripts,
  unmaintainedFaults,
  unpinnedArchives,
  versionRanges,
  type Faults,
} from './security/supply-chain.ts';

const rootDir = join(import.meta.dirname, '..');
const packages = readLockfile(rootDir);
const hasGit = existsSync(join(rootDir, '.git'));

const blind = (): Faults =>
  canaries()
    .filter(({ kind, text }) => !secretsIn('canary', text).some((found) => found.kind === kind))
    .map(({ kind }) => `the scanner does not find a planted ${kind}`);
const sentences = (findings: readonly Finding[]): Faults =>
  findings
    .filter(({ file, kind }) => ALLOWED_FINDINGS[`${file}|${kind}`] === undefined)
    .map(({ file, line, kind }) => `${file}${line === 0 ? '' : `:${line}`}: ${kind}`);

const checks: readonly (readonly [string, () => Faults])[] = [
  ['versions are at or above their floors', () => belowFloor(packages)],
  ['install scripts are known', () => unexpectedInstallScripts(packages)],
  ['install scripts that run are allowed', () => installScriptsAllowed(rootDir)],
  ['licences are on the list', () => licenceFaults(packages)],
  ['archives are pinned by SHA-512', () => unpinnedArchives(packages)],
  ['versions are exact', () => versionRanges(rootDir)],
  ['the unmaintained have an exit plan', () => unmaintainedFaults(packages, rootDir)],
  ['the scanner finds what is planted', blind],
  ...(hasGit ? [['no secret in the files', () => sentences(scanTree(rootDir))] as const] : []),
  ...(hasGit && process.argv.includes('--history')
    ? [['no secret in the history', () => sentences(scanHistory(rootDir))] as const]
    : []),
];

let failed = 0;
for (const [name, check] of checks) {
  const faults = check();
  if (faults.length > 0) failed += 1;
  process.stdout.write(`${faults.length === 0 ? '✔' : '✖'} ${name}\n`);
  for (const fault of faults) process.stdout.write(`    ${fault}\n`);
}
process.stdout.write(
  `${packages.length} packages; ${checks.length - failed} of ${checks.length} checks passed\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
