import type {
  LiveCursor,
  LiveFrame,
  LiveItem,
  SubscribeAccepted,
  SubscribeRequest,
} from '@groundswell/schemas';

/** What the owner has to do after an event, in this order. */
export interface SyncStep {
  /** Replaces the state of the channel. */
  readonly snapshot?: readonly LiveItem[];
  readonly items: readonly LiveItem[];
  /** Continuity was lost: send `request()` again. */
  readonly mustAsk: boolean;
}

const NOTHING: SyncStep = { items: [], mustAsk: false };
const MAX_BUFFERED_FRAMES = 1000;

/**
 * One channel's place in the protocol (I14), without any IO. States: idle -> asking (frames are buffered) -> synced (frames are
 * checked for continuity) -> asking again after a hole or a new epoch; idle when the connection is lost.
 *
 * Invariant: every update up to `cursor.seq` of `cursor.epoch` was handed out as an item, conflated or not.
 */
export class ChannelSync {
  readonly channel: string;
  #state: 'idle' | 'asking' | 'synced' = 'idle';
  #cursor: LiveCursor | null = null;
  #buffer: LiveFrame[] = [];
  #isBroken = false;

  constructor(channel: string) {
    this.channel = channel;
  }

  get isSynced(): boolean {
    return this.#state === 'synced';
  }

  /** Frames stopped fitting together and no snapshot has come since. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  get cursor(): LiveCursor | null {
    return this.#cursor;
  }

  request(): SubscribeRequest {
    this.#state = 'asking';
    this.#buffer = [];
    const { channel } = this;
    return this.#cursor === null ? { channel } : { channel, cursor: this.#cursor };
  }

  /** The connection is gone; the cursor stays for the next one. */
  lost(): void {
    this.#state = 'idle';
    this.#buffer = [];
  }

  accepted(answer: SubscribeAccepted): SyncStep {
    if (this.#state !== 'asking') return NOTHING;
    this.#state = 'synced';
    this.#isBroken = false;
    this.#cursor = { epoch: answer.epoch, seq: answer.seq };
    const buffered = this.#buffer;
    this.#buffer = [];
    const items: LiveItem[] = [];
    let mustAsk = false;
    for (const frame of buffered) {
      if (frame.epoch !== answer.epoch) continue; // older than the answer
      const step = this.frame(frame);
      items.push(...step.items);
      mustAsk ||= step.mustAsk;
    }
    return answer.snapshot === undefined
      ? { items, mustAsk }
      : { snapshot: answer.snapshot, items, mustAsk };
  }

  frame(frame: LiveFrame): SyncStep {
    if (this.#state === 'asking') {
      this.#buffer.push(frame);
      if (this.#buffer.length > MAX_BUFFERED_FRAMES) this.#buffer.shift();
      return NOTHING;
    }
    if (this.#state === 'idle' || this.#cursor === null) return NOTHING;
    if (frame.epoch !== this.#cursor.epoch || frame.from > this.#cursor.seq) {
      this.#state = 'asking';
      this.#isBroken = true;
      return { items: [], mustAsk: true };
    }
    if (frame.seq <= this.#cursor.seq) return NOTHING;
    this.#cursor = { epoch: frame.epoch, seq: frame.seq };
    return { items: frame.items, mustAsk: false };
  }
}
