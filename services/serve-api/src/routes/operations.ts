import { formatIsoUs } from '@groundswell/domain';
import type { ConservationRow, OperationsReader } from '../ports.ts';
import { nowText, queryLimit } from './answers.ts';
import type { Handlers } from './handlers.ts';

/** For those who run the platform. */
export function operationsRoutes(
  reader: OperationsReader,
  nowMs: () => number,
): Pick<Handlers, 'getConservation' | 'listDeadLetters'> {
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

    listDeadLetters: async (req, res) => {
      const kinds = await reader.deadLetterSummary(queryLimit(req));
      res.setHeader('cache-control', 'no-store');
      res.json({
        as_of: nowText(nowMs()),
        kinds: kinds.map(({ errorClass, newestFailedAtUs, ...kind }) => ({
          ...kind,
          error_class: errorClass,
          newest_failed_at: formatIsoUs(newestFailedAtUs),
        })),
      });
    },
  };
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
