import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Ran } from '../verify/types.ts';
import { diffCall, helm, kubectl, type Call, type Target } from './calls.ts';
import type { ChartPart, ManifestPart, Part } from './catalogue.ts';
import {
  planChart,
  planManifests,
  type FoundManifests,
  type FoundRelease,
  type Step,
} from './plan.ts';

/** The only way to a program: what it printed and how it ended. */
export type Door = (call: Call) => Promise<Ran>;

/** A program that should have answered did not. `call` and what it said last are for the reader. */
export class CallFailed extends Error {
  readonly call: Call;
  readonly ran: Ran;
  constructor(call: Call, ran: Ran) {
    super(`${call.program} ${call.args.join(' ')} ended with ${ran.code}`);
    this.name = 'CallFailed';
    this.call = call;
    this.ran = ran;
  }
}

/** @throws CallFailed */
export async function demand(door: Door, call: Call): Promise<string> {
  const ran = await door(call);
  if (ran.code !== 0) throw new CallFailed(call, ran);
  return ran.stdout;
}

const releases = z.array(z.object({ chart: z.string(), status: z.string() }));
const namespaces = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
      }),
    }),
  ),
});

/** Compares every part with the cluster; changes nothing. @throws CallFailed */
export async function planAll(
  door: Door,
  target: Target,
  parts: readonly Part[],
): Promise<readonly Step[]> {
  const labels = await enforcedLabels(door, target);
  const steps: Step[] = [];
  for (const part of parts) {
    const label = labels.get(part.namespace);
    const isOurs = part.podSecurity === 'none' || [undefined, '', part.podSecurity].includes(label);
    steps.push(
      isOurs
        ? await planOne(door, target, part, label !== undefined)
        : {
            part,
            action: 'refuse',
            because: `namespace ${part.namespace} enforces ${label ?? ''}, not ${part.podSecurity}: somebody else's; kubectl label namespace ${part.namespace} pod-security.kubernetes.io/enforce- if it is ours`,
          },
    );
  }
  return steps;
}

async function planOne(
  door: Door,
  target: Target,
  part: Part,
  hasNamespace: boolean,
): Promise<Step> {
  if (part.kind === 'manifests') {
    return planManifests(part, await findManifests(door, target, part, hasNamespace));
  }
  const wanted: unknown = parse(readFileSync(part.values, 'utf8'), { merge: true });
  return planChart(part, await findRelease(door, target, part), wanted);
}

/** Label of the pod security profile by namespace; empty where there is none. */
export async function enforcedLabels(
  door: Door,
  target: Target,
): Promise<ReadonlyMap<string, string>> {
  const text = await demand(door, kubectl(target, 'get', 'namespaces', '-o', 'json'));
  const key = 'pod-security.kubernetes.io/enforce';
  return new Map(
    namespaces
      .parse(JSON.parse(text))
      .items.map(({ metadata }) => [metadata.name, metadata.labels[key] ?? '']),
  );
}

async function findRelease(
  door: Door,
  target: Target,
  { release, namespace }: ChartPart,
): Promise<FoundRelease | undefined> {
  const at = ['--namespace', namespace, '--output', 'json'];
  const listing = helm(target, 'list', '--all', '--filter', `^${release}$`, ...at);
  const [found] = releases.parse(JSON.parse(await demand(door, listing)));
  if (found === undefined) return undefined;
  const values: unknown = JSON.parse(
    await demand(door, helm(target, 'get', 'values', release, ...at)),
  );
  const [, chart = found.chart, version = ''] = /^(.+?)-(v?\d+\.\d+.*)$/.exec(found.chart) ?? [];
  return { chart, version, status: found.status, values };
}

async function findManifests(
  door: Door,
  target: Target,
  part: ManifestPart,
  hasNamespace: boolean,
): Promise<FoundManifests> {
  if (!hasNamespace) return { isAbsent: true, isChanged: true };
  const listing = ['get', '--ignore-not-found', '-o', 'name', '-f', part.folder];
  const found = await demand(door, kubectl(target, ...listing));
  if (found.trim() === '') return { isAbsent: true, isChanged: true };
  const call = diffCall(target, part);
  const ran = await door(call);
  const [conflict] = /conflict with ".*/.exec(ran.output) ?? [];
  if (ran.code > 1 && conflict === undefined) throw new CallFailed(call, ran);
  const isChanged = ran.code !== 0;
  return { isAbsent: false, isChanged, ...(conflict === undefined ? {} : { conflict }) };
}

/** Secrets that parts need and the cluster does not have, each with the keys that it lacks. Only names are printed. */
export async function missingSecrets(
  door: Door,
  target: Target,
  parts: readonly Part[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  const template = 'go-template={{range $key, $_ := .data}}{{$key}}{{"\\n"}}{{end}}';
  for (const { name: part, namespace, secrets } of parts) {
    for (const { name, keys } of secrets) {
      const get = ['-n', namespace, 'get', 'secret', name, '--ignore-not-found', '-o', template];
      const found = (await demand(door, kubectl(target, ...get))).split('\n');
      const lacks = keys.filter((key) => !found.includes(key));
      if (lacks.length > 0) missing.push(`${part}: ${namespace}/${name} (${lacks.join(', ')})`);
    }
  }
  return missing;
}
