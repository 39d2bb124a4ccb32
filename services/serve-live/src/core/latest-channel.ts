import { compareVersions, type Versioned } from '@groundswell/domain';

/** One value of a channel, encoded once for all clients (PF27). */
export interface ChannelItem extends Versioned {
  readonly key: string;
  /** JSON text of the wire item. */
  readonly json: string;
  /** When its newest event entered the platform, epoch micros; for the latency metric. */
  readonly ingestTimeUs: number;
}

export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

/** What changed after some seq, ready to be written. */
export interface Frame {
  readonly json: string;
  readonly seq: number;
  readonly itemCount: number;
  /** The newest of its items. */
  readonly ingestTimeUs: number;
  /** False when another client got the same text before. */
  readonly isFirstUse: boolean;
}

/** Clients of a channel are at few places; more texts than this are not worth their memory. */
const MAX_SHARED_FRAMES = 32;

const TOMBSTONES_PER_SLOT = 10;

interface Slot {
  readonly item: ChannelItem;
  readonly seq: number;
}

/**
 * A channel of latest values: one slot per value key, each with the seq of its last change. A frame (from, seq] is the slots
 * changed after `from`, so nothing is queued for anyone: a slow client costs one number, and conflation is not a mechanism but
 * what reading late means.
 *
 * Invariants: seq rises by one per accepted item; slots are in seq order; a slot's version only rises (I7); what was forgotten
 * has a seq of at most `floor`, so a frame from `floor` or later is complete.
 */
export class LatestChannel {
  readonly name: string;
  readonly #capacity: number;
  readonly #newEpoch: () => string;
  readonly #slots = new Map<string, Slot>();
  readonly #forgotten = new Map<string, Versioned>();
  readonly #frames = new Map<number, Frame>();
  #epoch: string;
  #seq = 0;
  #floor = 0;
  #lineage: number | null = null;

  constructor(name: string, capacity: number, newEpoch: () => string) {
    this.name = name;
    this.#capacity = capacity;
    this.#newEpoch = newEpoch;
    this.#epoch = newEpoch();
  }

  get cursor(): Cursor {
    return { epoch: this.#epoch, seq: this.#seq };
  }

  get keys(): readonly string[] {
    return [...this.#slots.keys()];
  }

  /** Take a value if it is newer than the held one of its key. Returns whether it was. */
  publish(item: ChannelItem): boolean {
    const held = this.#slots.get(item.key)?.item ?? this.#forgotten.get(item.key);
    if (held !== undefined && compareVersions(item, held) <= 0) return false;
    // A raised lineage means that the store was rebuilt or moved back: clients take a new snapshot.
    if (this.#lineage !== null && item.lineage > this.#lineage) this.restart();
    this.#lineage = Math.max(this.#lineage ?? 0, item.lineage);
    this.#seq += 1;
    this.#frames.clear();
    this.#forgotten.delete(item.key);
    this.#slots.delete(item.key); // so that the map stays in seq order
    this.#slots.set(item.key, { item, seq: this.#seq });
    if (this.#slots.size > this.#capacity) this.#forgetOldest();
    return true;
  }

  /** Continuity was lost: every cursor is void, every client takes a snapshot. Held values stay. */
  restart(): void {
    this.#epoch = this.#newEpoch();
    this.#seq += 1; // so that every subscription has something to be told
    this.#frames.clear();
  }

  /** Can frames alone bring a client from this cursor to now? */
  covers(cursor: Cursor): boolean {
    return cursor.epoch === this.#epoch && cursor.seq >= this.#floor && cursor.seq <= this.#seq;
  }

  /** Wire items of all held values, least recently changed first. */
  snapshotJson(): string {
    return `[${[...this.#slots.values()].map(({ item }) => item.json).join(',')}]`;
  }

  /**
   * What changed after `after`. Where that is no longer known, the frame begins later than `after`, or has another epoch than
   * the client's: both tell it to take a snapshot. Clients at the same place share one text.
   */
  frameAfter(after: number): Frame {
    const from = Math.max(after, this.#floor);
    const shared = this.#frames.get(from);
    if (shared !== undefined) return shared;
    const frame = this.#build(from);
    if (this.#frames.size >= MAX_SHARED_FRAMES) this.#frames.clear();
    // The next client at this place gets the same text.
    this.#frames.set(from, { ...frame, isFirstUse: false });
    return frame;
  }

  #build(from: number): Frame {
    const items: string[] = [];
    let ingestTimeUs = 0;
    for (const { item, seq } of this.#slots.values()) {
      if (seq <= from) continue;
      items.push(item.json);
      ingestTimeUs = item.ingestTimeUs;
    }
    const head = JSON.stringify({ channel: this.name, epoch: this.#epoch, from, seq: this.#seq });
    const json = `${head.slice(0, -1)},"items":[${items.join(',')}]}`;
    return { json, seq: this.#seq, itemCount: items.length, ingestTimeUs, isFirstUse: true };
  }

  /** The value goes, its version stays a while: else a delayed old record of the key would look new (processing.md section 6). */
  #forgetOldest(): void {
    for (const [key, { item, seq }] of this.#slots) {
      this.#slots.delete(key);
      this.#floor = Math.max(this.#floor, seq);
      this.#forgotten.set(key, { lineage: item.lineage, ver: item.ver });
      break;
    }
    if (this.#forgotten.size <= this.#capacity * TOMBSTONES_PER_SLOT) return;
    for (const key of this.#forgotten.keys()) {
      this.#forgotten.delete(key);
      return;
    }
  }
}
