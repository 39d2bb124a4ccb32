import { formatE18, parseE18 } from '@groundswell/domain';
import type { Execution } from './ledger.ts';

/** What the lots that it closed brought, together; null when it only opened. */
export function resultOf({ closings }: Pick<Execution, 'closings'>): string | null {
  if (closings.length === 0) return null;
  return formatE18(closings.reduce((sum, it) => sum + parseE18(it.realised_pnl), 0n));
}

/** What a reader must know beside the numbers: that it was corrected, taken back, late or left out. */
export function executionNotes({
  op,
  late,
  refused,
  versions,
}: Pick<Execution, 'op' | 'late' | 'refused' | 'versions'>): string {
  const corrections = versions.filter((version) => version.op === 'CORRECT').length;
  return [
    op === 'CANCEL' ? 'taken back' : '',
    corrections === 0
      ? ''
      : corrections === 1
        ? 'corrected'
        : `corrected ${String(corrections)} times`,
    late === true ? 'came late' : '',
    refused === null ? '' : `left out: ${refused.replaceAll('_', ' ')}`,
  ]
    .filter((note) => note !== '')
    .join(' · ');
}
