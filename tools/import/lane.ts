import { randomBytes } from 'node:crypto';
import { createKafkaClient, createRegistryClient } from '@groundswell/kafka';
import { createDatabase } from '@groundswell/postgres';
import type { InvestorBehaviourJson } from '@groundswell/schemas';
import { IMPORT_SENDER } from '../platform/services.ts';
import { formatTable } from '../platform/table.ts';
import { readInvestors } from '../replay/compare-ledgers.ts';
import { createLane, removeLane, type LaneDeps } from '../replay/lane.ts';
import { withPatience } from '../replay/patience.ts';
import type { ReplayPlatform } from '../replay/platform.ts';
import { awaitQuiescence } from '../replay/quiesce.ts';
import { startLaneServices, type LaneServices } from '../replay/services.ts';
import type { ImportTarget } from './target.ts';

export interface ImportLaneOptions {
  readonly lane: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onFatal: (error: Error) => void;
  readonly nowMs: () => number;
  /** Leave topics and tables. */
  readonly keep: boolean;
}

/** A lane of its own with the door and the ledgers, for as long as an import takes. */
export interface ImportLane {
  readonly target: ImportTarget;
  /** The investors, once every row was folded. */
  settled(): Promise<readonly InvestorBehaviourJson[]>;
  close(): Promise<void>;
}

/** @throws PlatformError when a service cannot be started */
export async function openImportLane(
  platform: ReplayPlatform,
  { lane, env, signal, onFatal, nowMs, keep }: ImportLaneOptions,
): Promise<ImportLane> {
  const { databaseUrl } = platform;
  const kafka = createKafkaClient({ brokers: platform.kafkaBrokers.split(','), clientId: lane });
  const database = createDatabase({ url: databaseUrl, lane, applicationName: lane });
  const registry = createRegistryClient({ url: platform.schemaRegistryUrl, timeoutMs: 10_000 });
  const deps: LaneDeps = { lane, kafka, registry, database, databaseUrl };
  // Nobody else comes to this door, and the pseudonyms of this lane mean nothing elsewhere.
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const door = {
    INVESTOR_HMAC_KEY_V1: randomBytes(32).toString('base64url'),
    SENDERS: JSON.stringify({ [IMPORT_SENDER]: { secrets: [secret] } }),
  };
  let services: LaneServices | undefined;
  const close = async (): Promise<void> => {
    await services?.stop();
    if (!keep) await withPatience(() => removeLane(deps), nowMs);
    await database.close();
    await kafka.close();
  };
  try {
    const header = { tape: 1, name: lane, source: '', licence: '', instruments: [] } as const;
    await withPatience(() => createLane(deps, header, nowMs()), nowMs);
    services = await startLaneServices({
      lane,
      platform,
      env,
      services: { 'connect-brokerage': door, 'derive-behaviour': {} },
      onFatal,
    });
  } catch (thrown) {
    await close();
    throw thrown;
  }
  const { logsDir, portOf } = services;
  return {
    target: {
      door: {
        url: `http://127.0.0.1:${portOf('connect-brokerage')}`,
        sender: IMPORT_SENDER,
        secret,
      },
      databaseUrl,
      lane,
      from: `lane ${lane} on ${platform.from}`,
    },
    async settled() {
      const observer = { onProgress: () => undefined, hint: () => `Logs: ${logsDir}` };
      await awaitQuiescence({ lane, kafka, database, signal, nowMs, ...observer });
      return readInvestors(database);
    },
    close,
  };
}

/** One line an investor: what the ledger made of the import. No prices came with it. */
export function investorsText(investors: readonly InvestorBehaviourJson[]): string {
  const head = ['investor', 'events', 'realised P&L', 'holdings', 'cash'];
  const rows = investors.map((one) => [
    one.investor_key.slice(0, 14),
    String(one.n),
    `${one.realised_pnl} ${one.currency ?? ''}`,
    String(one.holdings.length),
    one.cash,
  ]);
  return formatTable(head, rows);
}
