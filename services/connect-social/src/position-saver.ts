import { ConnectorFencedError } from '@groundswell/connector';
import { toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { PositionStore } from './ports.ts';
import type { Position } from './sources/bluesky/address.ts';

/** Stores positions one after the other: an older one must never overwrite a newer one. */
export interface PositionSaver {
  /** Store what is settled now. @throws while the store is away */
  save(): Promise<void>;
  /** The same now and then; while the store is away it stays behind: after a crash more is repeated, nothing is lost. */
  saveSoon(): void;
}

export function createPositionSaver(options: {
  readonly store: PositionStore;
  readonly connector: string;
  readonly epoch: bigint;
  readonly position: () => Position;
  readonly log: Logger;
  readonly onFatal: (error: unknown) => void;
}): PositionSaver {
  const { store, epoch } = options;
  let saved = JSON.stringify(options.position());
  let saving: Promise<void> = Promise.resolve();

  async function saveNow(): Promise<void> {
    const position = options.position();
    const text = JSON.stringify(position);
    if (text === saved) return;
    if (await store.save(epoch, position)) saved = text;
    else options.onFatal(new ConnectorFencedError(options.connector));
  }
  function save(): Promise<void> {
    saving = saving.then(saveNow);
    return saving;
  }
  return {
    save,
    saveSoon() {
      save().catch((thrown: unknown) => {
        saving = Promise.resolve();
        options.log.warn('position not stored', { error: toError(thrown) });
      });
    },
  };
}
