import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyCall,
  applyCrdsCall,
  namespaceCall,
  pullCall,
  readyCalls,
  upgradeCall,
  type Call,
  type Target,
} from './calls.ts';
import type { ChartPart } from './catalogue.ts';
import { readDefinitions } from './definitions.ts';
import { demand, enforcedLabels, missingSecrets, type Door } from './look.ts';
import type { Step } from './plan.ts';

/** How an installation speaks and tells the time. */
export interface Voice {
  readonly say: (line: string) => void;
  readonly nowMs: () => number;
}

/**
 * Carries out a plan, part by part, and stops at the first that fails. Namespaces come first, since the secrets that parts need are put
 * there by a person.
 *
 * @returns false when something is missing that a person must bring; nothing but namespaces was made then
 * @throws CallFailed
 */
export async function install(
  door: Door,
  target: Target,
  steps: readonly Step[],
  { say, nowMs }: Voice,
): Promise<boolean> {
  const parts = steps.map(({ part }) => part);
  const labels = await enforcedLabels(door, target);
  for (const part of parts.filter(({ podSecurity }) => podSecurity !== 'none')) {
    if (labels.get(part.namespace) === part.podSecurity) continue;
    await demand(door, namespaceCall(target, part));
    say(`+ namespace ${part.namespace} (pods: ${part.podSecurity})`);
  }
  const missing = await missingSecrets(door, target, parts);
  if (missing.length > 0) {
    say(
      'Nothing was installed: these secrets are missing (infra/cluster/README.md says what is in them):',
    );
    for (const line of missing) say(`  ${line}`);
    return false;
  }
  for (const step of steps) {
    const startedMs = nowMs();
    await carryOut(door, target, step);
    const seconds = ((nowMs() - startedMs) / 1000).toFixed(1);
    const done = { install: 'installed', upgrade: 'upgraded', nothing: 'unchanged', refuse: '' };
    say(`✔ ${step.part.name.padEnd(18)} ${done[step.action]}: ${step.because} (${seconds} s)`);
  }
  const changed = steps.filter(({ action }) => action !== 'nothing').length;
  say(changed === 0 ? 'Nothing to do.' : `${changed} of ${steps.length} parts changed.`);
  return true;
}

async function carryOut(door: Door, target: Target, { part, action }: Step): Promise<void> {
  if (part.kind === 'manifests') {
    if (action !== 'nothing') await demand(door, applyCall(target, part));
    for (const call of readyCalls(target, part)) await demand(door, call);
    return;
  }
  if (action === 'nothing') return;
  await applyDefinitions(door, target, part);
  await demand(door, upgradeCall(target, part));
}

async function applyDefinitions(door: Door, target: Target, part: ChartPart): Promise<void> {
  if (part.crdGroups.length === 0) return;
  const dir = mkdtempSync(join(tmpdir(), 'groundswell-chart-'));
  try {
    await demand(door, pullCall(target, part, dir));
    const text = readDefinitions(dir, part.crdGroups);
    if (text !== '') await demand(door, applyCrdsCall(target, text));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What `install` would call for a plan, for `--dry-run`. */
export function callsOf(target: Target, steps: readonly Step[]): readonly Call[] {
  return steps
    .filter(({ action }) => action !== 'nothing' && action !== 'refuse')
    .flatMap(({ part }) => {
      const space = part.podSecurity === 'none' ? [] : [namespaceCall(target, part)];
      if (part.kind === 'manifests') {
        return [...space, applyCall(target, part), ...readyCalls(target, part)];
      }
      const crds =
        part.crdGroups.length === 0
          ? []
          : [pullCall(target, part, '<folder>'), applyCrdsCall(target, '')];
      return [...space, ...crds, upgradeCall(target, part)];
    });
}
