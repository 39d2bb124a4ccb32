import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** What `infra/cluster/parts.yaml` may say. A word that is not here is refused: a misspelt `byDefault` would leave a part out in silence. */

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
/** No ranges and no `latest`: what is installed is what is written. */
const version = z.string().regex(/^v?\d+\.\d+\.\d+$/, 'a whole version, as 1.2.3');

const chart = z.union([
  z.strictObject({ repo: z.url({ protocol: /^https$/ }), name, version }),
  z.strictObject({ oci: z.string().regex(/^oci:\/\/\S+\/[a-z0-9-]+$/), version }),
]);
const secret = z.strictObject({ name, keys: z.array(z.string()).min(1) });

const part = z
  .strictObject({
    name,
    why: z.string(),
    neededBy: z.string(),
    required: z.boolean(),
    byDefault: z.boolean(),
    namespace: name,
    podSecurity: z.enum(['none', 'privileged', 'baseline', 'restricted']),
    /** Name of the helm release. @default name of the part */
    release: name.optional(),
    chart: chart.optional(),
    values: z.string().optional(),
    crds: z.union([z.literal('chart'), z.array(z.string()).min(1)]).optional(),
    manifests: z.string().optional(),
    /** What must be rolled out before manifests count as installed. */
    ready: z.array(z.string()).min(1).optional(),
    after: z.array(name).default([]),
    secrets: z.array(secret).default([]),
    confirmed: z.string(),
  })
  .refine(
    ({ chart, values, crds, manifests, ready }) =>
      manifests === undefined
        ? chart !== undefined && values !== undefined && crds !== undefined && ready === undefined
        : chart === undefined && values === undefined && crds === undefined && ready !== undefined,
    'either chart, values and crds, or manifests and ready',
  );
const list = z.strictObject({ parts: z.array(part).min(1) });

type Written = z.infer<typeof part>;
interface Common extends Pick<
  Written,
  'name' | 'why' | 'required' | 'byDefault' | 'namespace' | 'podSecurity' | 'after' | 'secrets'
> {
  /** Last words of the part in the table: version of the chart, or where the manifests are. */
  readonly pinned: string;
}
/** A part that helm installs. */
export interface ChartPart extends Common {
  readonly kind: 'chart';
  readonly release: string;
  readonly chart: { readonly name: string; readonly version: string; readonly from: string };
  /** Path of the values. */
  readonly values: string;
  readonly crdGroups: readonly string[];
}
/** A part whose manifests are ours. */
export interface ManifestPart extends Common {
  readonly kind: 'manifests';
  /** Path of the folder. */
  readonly folder: string;
  readonly ready: readonly string[];
}
export type Part = ChartPart | ManifestPart;

/** Reads and checks the list; paths in it are relative to it. @throws with every fault of the file */
export function readParts(file: string): readonly Part[] {
  const read = list.safeParse(parse(readFileSync(file, 'utf8')));
  if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
  const { parts } = read.data;
  const names = new Set(parts.map((one) => one.name));
  if (names.size !== parts.length) throw new Error(`${file}: two parts of one name`);
  const lost = parts.flatMap((one) => one.after.filter((other) => !names.has(other)));
  if (lost.length > 0) throw new Error(`${file}: after names no part: ${lost.join(', ')}`);
  return parts.map((one) => partOf(one, dirname(file)));
}

function partOf(written: Written, dir: string): Part {
  const { chart, values, crds, manifests, ready = [], release = written.name } = written;
  if (chart === undefined) {
    const folder = join(dir, manifests ?? '');
    return { ...written, kind: 'manifests', pinned: 'own manifests', folder, ready };
  }
  const from = 'oci' in chart ? chart.oci : chart.repo;
  return {
    ...written,
    kind: 'chart',
    release,
    pinned: chart.version,
    chart: {
      name: 'oci' in chart ? (from.split('/').at(-1) ?? '') : chart.name,
      version: chart.version,
      from,
    },
    values: join(dir, values ?? ''),
    crdGroups: crds === 'chart' || crds === undefined ? [] : crds,
  };
}
