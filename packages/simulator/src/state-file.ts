import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BrokerItem } from './world/events.ts';
import type { DispatcherSnapshot } from './world/dispatcher.ts';
import type { plans } from './world/plan.ts';
import type { SocialDispatcherSnapshot } from './social/dispatcher.ts';
import type { SocialSnapshot } from './social/social-world.ts';
import type { WorldSnapshot } from './world/world.ts';

/** What happened during a longer absence is not made again: the venue was closed, nobody was there. */
export const MAX_CATCH_UP_US = 15 * 60e6;

export type PlanName = keyof typeof plans;

/**
 * Memory of a running world. The snapshot is one to two minutes old on purpose: a restart makes the events since then again, identical to the
 * last byte, so the venue can still serve them over REST and nothing is lost or invented by a crash.
 */
export interface SavedWorld {
  readonly version: 1;
  readonly seed: number;
  readonly plan: PlanName;
  readonly world: WorldSnapshot;
  readonly dispatcher: DispatcherSnapshot;
  /** Absent where nobody posts, and in the memory of a world that was stored before people posted. */
  readonly social?: SavedSocial;
  /** Posted but not answered items. */
  readonly pending: readonly BrokerItem[];
}

export interface SavedSocial {
  readonly world: SocialSnapshot;
  readonly dispatcher: SocialDispatcherSnapshot;
}

/** @returns null when there is none, or none that can be read */
export function loadWorld(path: string): SavedWorld | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
  const saved = JSON.parse(text) as SavedWorld | { readonly version: unknown };
  return saved.version === 1 ? (saved as SavedWorld) : null;
}

/** Whole or not at all: written beside and renamed. */
export function saveWorld(path: string, saved: SavedWorld): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(saved));
  renameSync(`${path}.new`, path);
}
