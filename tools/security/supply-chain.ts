import { readFileSync, globSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions, type Installed } from './lockfile.ts';
import { FLOORS, INSTALL_SCRIPTS, LICENCES, UNDECLARED_LICENCES, UNMAINTAINED } from './policy.ts';

/** Each check answers with one sentence per fault; an empty list is a pass. */
export type Faults = readonly string[];

/** Resolved versions below the first one that is known to be sound (security.md section 8). */
export function belowFloor(packages: readonly Installed[]): Faults {
  return packages.flatMap(({ name, version, path }) => {
    const floor = FLOORS[name];
    if (floor === undefined || compareVersions(version, floor.version) >= 0) return [];
    return [`${path} ${version} is below ${floor.version}: ${floor.why}`];
  });
}

/** A package that newly brings an install script, or no longer does, is looked at by a person (S85, S88). */
export function unexpectedInstallScripts(packages: readonly Installed[]): Faults {
  const present = new Set(
    packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name),
  );
  const gained = [...present].filter((name) => INSTALL_SCRIPTS[name] === undefined);
  const lost = Object.keys(INSTALL_SCRIPTS).filter((name) => !present.has(name));
  return [
    ...gained.map((name) => `${name} has an install script that nobody has looked at`),
    ...lost.map((name) => `${name} is listed with an install script and has none`),
  ];
}

/** npm runs what `allowScripts` of package.json names: nothing but what the policy says may run. */
export function installScriptsAllowed(rootDir: string): Faults {
  const { allowScripts = {} } = readManifest(join(rootDir, 'package.json'));
  const ours = Object.keys(INSTALL_SCRIPTS).filter((name) => INSTALL_SCRIPTS[name]?.runs === true);
  const theirs = Object.keys(allowScripts).filter((name) => allowScripts[name] === true);
  const differ = [...ours, ...theirs].filter(
    (name) => !ours.includes(name) || !theirs.includes(name),
  );
  return differ.map((name) => `allowScripts of package.json and the policy disagree on ${name}`);
}

/** Licences outside of the allow-list, and packages that declare none (S87). */
export function licenceFaults(packages: readonly Installed[]): Faults {
  return packages.flatMap(({ name, license, isDev }) => {
    const declared = license ?? UNDECLARED_LICENCES[name];
    if (declared === undefined) return [`${name} declares no licence`];
    const where = LICENCES[declared];
    if (where === undefined) return [`${name}: licence ${declared} is not on the list`];
    return where === 'tools' && !isDev
      ? [`${name}: licence ${declared} is for tools only, not for what is shipped`]
      : [];
  });
}

/** What is unmaintained has an exit plan; what a registry calls deprecated is on that list (S91). */
export function unmaintainedFaults(packages: readonly Installed[], rootDir: string): Faults {
  const deprecated = packages
    .filter(({ name, deprecated: why }) => why !== undefined && UNMAINTAINED[name] === undefined)
    .map(({ name, deprecated: why = '' }) => `${name} is deprecated and has no plan: ${why}`);
  const listed = Object.entries(UNMAINTAINED).flatMap(([name, { version, plan }]) => {
    const found = packages.filter((one) => one.name === name);
    if (found.length === 0) return [`${name} is listed as unmaintained and no longer installed`];
    const other = found.filter((one) => one.version !== version);
    return [
      ...other.map((one) => `${name} ${one.version}: the plan is for ${version}`),
      ...(existsSync(join(rootDir, plan)) ? [] : [`${name}: its plan ${plan} does not exist`]),
    ];
  });
  return [...deprecated, ...listed];
}

/** Every package has a SHA-512, so that `npm ci` installs the bytes that were reviewed (S85). */
export function unpinnedArchives(packages: readonly Installed[]): Faults {
  return packages
    .filter(({ integrity }) => integrity?.startsWith('sha512-') !== true)
    .map(({ path }) => `${path} has no SHA-512 in the lock file`);
}

/** Exact versions in every package.json: a caret lets tomorrow's release in (S85). */
export function versionRanges(rootDir: string): Faults {
  const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
  return globSync('{.,schemas,packages/*,services/*}/package.json', { cwd: rootDir }).flatMap(
    (file) => {
      const { dependencies = {}, devDependencies = {} } = readManifest(join(rootDir, file));
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, wanted]) => !exact.test(wanted))
        .map(([name, wanted]) => `${file}: ${name} ${wanted} is a range`);
    },
  );
}

interface Manifest {
  readonly allowScripts?: Readonly<Record<string, boolean>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;
