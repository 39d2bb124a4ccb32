import { createHash } from 'node:crypto';
import { formatIsoUs } from '@groundswell/domain';
import { flowBody } from '../core/flow.ts';
import type { ConservationRow, LogEnds, OperationsReader } from '../ports.ts';
import { nowText, queryLimit } from './answers.ts';
import type { Handlers } from './handlers.ts';

export interface OperationsDeps {
  readonly reader: OperationsReader;
  readonly logEnds: LogEnds;
  readonly nowMs: () => number;
}

type Operations = 'getConservation' | 'getFlow' | 'listDeadLetters';

/** For those who run the platform. */
export function operationsRoutes({
  reader,
  logEnds,
  nowMs,
}: OperationsDeps): Pick<Handlers, Operations> {
  return {
    getConservation: async (_req, res) => {
      const checkpoints = (await reader.conservation()).map(checkpointBody);
      res.setHeader('cache-control', 'no-store');
      res.json({
        as_of: nowText(nowMs()),
        balanced: checkpoints.every(({ balanced }) => balanced),
        checkpoints,
      });
    },

    getFlow: async (_req, res) => {
      const rows = await reader.flow();
      const as_of = nowText(nowMs());
      const topics = [...new Set(rows.map(({ topic }) => topic))];
      const ends = new Map(
        await Promise.all(topics.map(async (topic) => [topic, await logEnds.of(topic)] as const)),
      );
      res.setHeader('cache-control', 'no-store');
      res.json({ as_of, flows: rows.map((row) => flowBody(row, ends.get(row.topic) ?? null)) });
    },

    listDeadLetters: async (req, res) => {
      const kinds = await reader.deadLetterSummary(queryLimit(req));
      res.setHeader('cache-control', 'no-store');
      res.json({
        as_of: nowText(nowMs()),
        kinds: kinds.map(({ errorClass, newestFailedAtUs, ...kind }) => ({
          fingerprint: fingerprint(kind.group, kind.topic, kind.stage, kind.reason, errorClass),
          ...kind,
          error_class: errorClass,
          newest_failed_at: formatIsoUs(newestFailedAtUs),
        })),
      });
    },
  };
}

/** A name for a kind of dead letter that stands in an address. */
function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/** I13, computed here from the raw counters: a check that trusts the constraint of the table would check nothing. */
function checkpointBody({ firstOffset, nextOffset, ...row }: ConservationRow) {
  const { applied, deduped, late, dead, erased, markers } = row;
  const decided = applied + deduped + late + dead + erased + markers;
  return {
    ...row,
    first_offset: firstOffset,
    next_offset: nextOffset,
    balanced: BigInt(nextOffset) - BigInt(firstOffset) === BigInt(decided),
  };
}
