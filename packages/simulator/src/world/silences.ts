import { createRng, type Rng } from '../rng.ts';
import type { Silence, WorldLedger } from './ledger.ts';

/** A source says nothing for a while, then goes on; what happened meanwhile it tells who asks (REST, cursor) or later (broker). */
export interface SilencePlan {
  /** Mean seconds between two silences of one source; 0: never. */
  readonly everySeconds: number;
  /** How long one lasts, in seconds. */
  readonly seconds: readonly [low: number, high: number];
}

/** Decides when which source says nothing, and records it. Its dice are its own: events and other faults do not depend on it. */
export interface Silences {
  /** Sources that are silent now; call often, with times that never go back. */
  at(nowUs: number): ReadonlySet<Silence['source']>;
}

const SOURCES: readonly Silence['source'][] = ['venue', 'jetstream', 'broker'];

export function createSilences(options: {
  readonly seed: number;
  readonly startUs: number;
  readonly plan: SilencePlan;
  readonly ledger: WorldLedger;
}): Silences {
  const { plan, ledger } = options;
  const silent = new Set<Silence['source']>();
  const sources = SOURCES.map((source, index) => {
    const rng = createRng(options.seed ^ 0x5e1f_5117 ^ index);
    return { source, rng, silence: draw(source, options.startUs, rng) };
  });

  function draw(source: Silence['source'], afterUs: number, rng: Rng): Silence {
    const [low, high] = plan.seconds;
    const fromUs = afterUs + Math.ceil(rng.exponential(plan.everySeconds * 1e6));
    const toUs = fromUs + Math.round((low + rng.float() * (high - low)) * 1e6);
    return { source, fromUs, toUs };
  }

  return {
    at(nowUs) {
      if (plan.everySeconds === 0) return silent;
      for (const one of sources) {
        const { source, silence, rng } = one;
        if (silence.fromUs <= nowUs && !silent.has(source)) {
          silent.add(source);
          ledger.record({ kind: 'silence', fate: 'planted', silence });
        }
        if (silence.toUs <= nowUs) {
          silent.delete(source);
          one.silence = draw(source, silence.toUs, rng);
        }
      }
      return silent;
    },
  };
}
