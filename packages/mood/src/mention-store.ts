import { fromRow, toRow, type KeptMention } from './kept-mention.ts';

/** A piece of stored state that changed; a null body deletes it. */
export interface DirtyPart {
  readonly part: string;
  readonly body: Uint8Array | null;
}

/** Mentions that are stored in one piece: a new one rewrites no more than this many. */
const CHUNK_MENTIONS = 200;
const PREFIX = 'r';

interface Chunk {
  readonly pane: number;
  readonly index: number;
  readonly mentions: KeptMention[];
  /** Does the host hold a body of it? */
  stored: boolean;
}

/** The accepted mentions of one instrument, in panes of the smallest window; a pane is cut into chunks `r<pane>.<index>`. */
export class MentionStore {
  readonly #paneMs: number;
  readonly #panes = new Map<number, Chunk[]>();
  readonly #byId = new Map<string, { readonly mention: KeptMention; readonly chunk: Chunk }>();
  readonly #dirty = new Set<Chunk>();
  readonly #forgotten = new Set<Chunk>();

  constructor(paneMs: number) {
    this.#paneMs = paneMs;
  }

  get(id: string): KeptMention | undefined {
    return this.#byId.get(id)?.mention;
  }

  add(mention: KeptMention): void {
    const pane = Math.floor(mention.tsMs / this.#paneMs);
    const chunks = this.#chunksOf(pane);
    let chunk = chunks.at(-1);
    if (chunk === undefined || chunk.mentions.length >= CHUNK_MENTIONS) {
      chunk = { pane, index: chunks.length, mentions: [], stored: false };
      chunks.push(chunk);
    }
    chunk.mentions.push(mention);
    this.#byId.set(mention.id, { mention, chunk });
    this.#dirty.add(chunk);
  }

  /** A kept mention was changed in place. */
  changed(id: string): void {
    const found = this.#byId.get(id);
    if (found !== undefined) this.#dirty.add(found.chunk);
  }

  /** The mentions of [startMs, endMs), both bounds of the smallest window. */
  *within(startMs: number, endMs: number): Generator<KeptMention> {
    for (let pane = startMs / this.#paneMs; pane < endMs / this.#paneMs; pane += 1) {
      for (const { mentions } of this.#panes.get(pane) ?? []) yield* mentions;
    }
  }

  forget(startMs: number, endMs: number): void {
    for (let pane = startMs / this.#paneMs; pane < endMs / this.#paneMs; pane += 1) {
      for (const chunk of this.#panes.get(pane) ?? []) {
        for (const { id } of chunk.mentions) this.#byId.delete(id);
        this.#dirty.delete(chunk);
        if (chunk.stored) this.#forgotten.add(chunk);
      }
      this.#panes.delete(pane);
    }
  }

  /** What changed since the last call, by time. */
  takeParts(): DirtyPart[] {
    const gone = [...this.#forgotten].sort(compareChunks);
    const changed = [...this.#dirty].sort(compareChunks);
    this.#forgotten.clear();
    this.#dirty.clear();
    return [
      ...gone.map((chunk) => ({ part: partOf(chunk), body: null })),
      ...changed.map((chunk) => {
        chunk.stored = true;
        return {
          part: partOf(chunk),
          body: utf8.encode(JSON.stringify(chunk.mentions.map(toRow))),
        };
      }),
    ];
  }

  restorePart(part: string, body: Uint8Array): void {
    const [pane = 0, index = 0] = part.slice(PREFIX.length).split('.').map(Number);
    const rows = JSON.parse(fromUtf8.decode(body)) as Parameters<typeof fromRow>[0][];
    const chunk: Chunk = { pane, index, mentions: rows.map(fromRow), stored: true };
    const chunks = this.#chunksOf(pane);
    chunks.push(chunk);
    chunks.sort(compareChunks);
    for (const mention of chunk.mentions) this.#byId.set(mention.id, { mention, chunk });
  }

  #chunksOf(pane: number): Chunk[] {
    const chunks = this.#panes.get(pane) ?? [];
    this.#panes.set(pane, chunks);
    return chunks;
  }
}

function partOf({ pane, index }: Chunk): string {
  return `${PREFIX}${pane}.${index}`;
}

function compareChunks(a: Chunk, b: Chunk): number {
  return a.pane - b.pane || a.index - b.index;
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
