import type { Position } from './sources/bluesky/address.ts';

/** Where the position is kept (K10). One owner at a time: a later `acquire` fences the earlier one (K11). */
export interface PositionStore {
  acquire(): Promise<{ readonly epoch: bigint; readonly position: Position | null }>;
  /** @returns false when another owner took over: nothing was stored, and this one must end */
  save(epoch: bigint, position: Position): Promise<boolean>;
}
