import { isDeepStrictEqual } from 'node:util';
import type { ChartPart, ManifestPart, Part } from './catalogue.ts';

/** What to do about a part, given what is there: data, so that a test can try every state of a cluster. */

/** A release as `helm list` and `helm get values` show it. */
export interface FoundRelease {
  /** Name of the chart that made it, and its version. */
  readonly chart: string;
  readonly version: string;
  /** `deployed`, `failed`, `pending-install`, ... */
  readonly status: string;
  /** Values that it was given. */
  readonly values: unknown;
}
export interface FoundManifests {
  /** Nothing of them is there. */
  readonly isAbsent: boolean;
  /** The server would change something. */
  readonly isChanged: boolean;
  /** What the server says of fields that somebody else has set. */
  readonly conflict?: string;
}
export interface Step {
  readonly part: Part;
  readonly action: 'install' | 'upgrade' | 'nothing' | 'refuse';
  /** What the action is from and to, or why it is refused and what to do. */
  readonly because: string;
}

/** @param wanted the values of the file, as data */
export function planChart(part: ChartPart, found: FoundRelease | undefined, wanted: unknown): Step {
  const { release, namespace, chart } = part;
  if (found === undefined) return { part, action: 'install', because: chart.version };
  const refuse = (because: string): Step => ({ part, action: 'refuse', because });
  if (found.chart !== chart.name) {
    return refuse(
      `release ${release} in ${namespace} is of the chart ${found.chart}, not ${chart.name}: somebody else's; remove it, or leave the part out with --except ${part.name}`,
    );
  }
  if (found.status.startsWith('pending-') || found.status === 'uninstalling') {
    return refuse(
      `release ${release} is ${found.status}: another run is at it, or died; if none is, helm rollback ${release} -n ${namespace} (or helm uninstall, if it is its first)`,
    );
  }
  if (isNewer(found.version, chart.version)) {
    return refuse(
      `${found.version} is installed, newer than ${chart.version}: operators seldom go back; raise the version in infra/cluster/parts.yaml`,
    );
  }
  const upgrade = (because: string): Step => ({ part, action: 'upgrade', because });
  if (!isSame(found.version, chart.version)) {
    return upgrade(`${found.version} to ${chart.version}`);
  }
  if (found.status !== 'deployed') return upgrade(`${chart.version}, which is ${found.status}`);
  if (!isDeepStrictEqual(found.values ?? {}, wanted ?? {})) {
    return upgrade(`${chart.version}, other values`);
  }
  return { part, action: 'nothing', because: chart.version };
}

export function planManifests(part: ManifestPart, found: FoundManifests): Step {
  const because = part.pinned;
  if (found.conflict !== undefined) {
    const what = `somebody else has changed what we set (${found.conflict})`;
    return {
      part,
      action: 'refuse',
      because: `${what}: take it back, or put it into ${part.folder}`,
    };
  }
  if (found.isAbsent) return { part, action: 'install', because };
  return { part, action: found.isChanged ? 'upgrade' : 'nothing', because };
}

const numbersOf = (version: string): readonly number[] =>
  version
    .replace(/^v/, '')
    .split(/[-+]/, 1)[0]
    ?.split('.')
    .map((part) => Number(part)) ?? [];

/** Charts drop or add a leading `v` between `helm list` and the index. */
const isSame = (a: string, b: string): boolean => a.replace(/^v/, '') === b.replace(/^v/, '');

function isNewer(a: string, b: string): boolean {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const differs = [0, 1, 2].find((index) => left[index] !== right[index]);
  return differs !== undefined && (left[differs] ?? 0) > (right[differs] ?? 0);
}
