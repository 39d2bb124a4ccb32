import { plans } from './world/plan.ts';
import type { PlanName } from './state-file.ts';
import type { SilencePlan } from './world/silences.ts';

/** Settings of a running world; the simulator stands outside the platform, so it reads them itself. */
export interface SimulatorConfig {
  readonly host: string;
  /** `COINBASE_PORT`: fake venue, WebSocket and REST. */
  readonly venuePort: number;
  /** `JETSTREAM_PORT`: fake Bluesky Jetstream, v1 and v2. */
  readonly jetstreamPort: number;
  /** `PORT`: health and statistics, as of every process of the platform. */
  readonly healthPort: number;
  /** Address of the ingest endpoint, or only its host; without it there are no investors. */
  readonly ingestUrl: string | null;
  readonly ingestSecret: string;
  /** Drives every random choice of a new world; a stored world keeps its own. */
  readonly seed: number;
  /** Trades per second. */
  readonly rate: number;
  /** `POSTS_PER_SECOND`, brigades on top; 0: nobody posts. By default one post for 25 trades. */
  readonly postsPerSecond: number;
  /** `PAST_MINUTES`: posts of this long before the first start can be replayed by cursor. */
  readonly pastMinutes: number;
  readonly plan: PlanName;
  /** `SILENCE_EVERY_SECONDS`: mean seconds between two silences of a source, 20 to 60 s long; 0: none. */
  readonly silence: SilencePlan;
  /** Where the world remembers itself; null: it does not. */
  readonly stateFile: string | null;
  readonly historyDays: number;
}

/** @returns the configuration, or one sentence per mistake */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
): { readonly config: SimulatorConfig } | { readonly mistakes: readonly string[] } {
  const mistakes: string[] = [];
  const number = (name: string, fallback: number, low: number, high: number): number => {
    const value = Number(env[name] ?? fallback);
    if (Number.isFinite(value) && value >= low && value <= high) return value;
    mistakes.push(`${name} must be a number from ${low} to ${high}.`);
    return fallback;
  };
  const plan = env['PLAN'] ?? 'calm';
  if (!(plan in plans)) mistakes.push(`PLAN must be one of ${Object.keys(plans).join(', ')}.`);
  const ingestUrl = env['INGEST_URL'] ?? null;
  if (ingestUrl !== null && !URL.canParse(ingestUrl)) mistakes.push('INGEST_URL must be a URL.');
  const ingestSecret = env['INGEST_SECRET'] ?? '';
  if (ingestUrl !== null && !ingestSecret.startsWith('whsec_')) {
    mistakes.push('INGEST_SECRET must be a whsec_ secret when INGEST_URL is set.');
  }
  const stateDir = env['STATE_DIR'];
  const rate = number('RATE', 100, 0.01, 100_000);
  if (mistakes.length > 0) return { mistakes };
  const config: SimulatorConfig = {
    host: env['HOST'] ?? '127.0.0.1',
    venuePort: number('COINBASE_PORT', 8084, 0, 65_535),
    jetstreamPort: number('JETSTREAM_PORT', 8085, 0, 65_535),
    healthPort: number('PORT', 9105, 0, 65_535),
    ingestUrl: ingestUrl === null ? null : ingestAddress(ingestUrl),
    ingestSecret,
    seed: number('SEED', 1, 0, Number.MAX_SAFE_INTEGER),
    rate,
    postsPerSecond: number('POSTS_PER_SECOND', rate / 25, 0, 10_000),
    pastMinutes: number('PAST_MINUTES', 70, 0, 24 * 60),
    silence: { everySeconds: number('SILENCE_EVERY_SECONDS', 0, 0, 1e6), seconds: [20, 60] },
    plan: plan as PlanName,
    stateFile: env['STATE_FILE'] ?? (stateDir === undefined ? null : `${stateDir}/world.json`),
    historyDays: number('HISTORY_DAYS', 90, 0, 3650),
  };
  return mistakes.length === 0 ? { config } : { mistakes };
}

/** A bare host means the world's own sender. */
function ingestAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === '/' ? `${origin}/v1/ingest/world-broker/transactions` : url;
}
