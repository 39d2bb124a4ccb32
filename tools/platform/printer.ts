import path from 'node:path';
import type { ProcessState, ProgressEvent } from './types.ts';

/** Where the printer writes: `process.stdout` or, in tests, something like it. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

interface Row {
  state: ProcessState | undefined;
  detail: string;
  sinceMs: number;
  /** Time to its first ready; undefined until then. */
  tookMs: number | undefined;
  /** For plain lines: when its last progress line was written. */
  lineAtMs: number;
}

const redrawEveryMs = 250;
/** Plain lines repeat the progress of a download only this often. */
const progressLineEveryMs = 5000;

/**
 * Shows what every process is doing. On a terminal it is a tree, redrawn in place until `settle`; elsewhere, and from
 * then on, one line per change.
 */
export class Printer {
  readonly #out: Output;
  readonly #rows: Map<string, Row>;
  readonly #logsDir: string;
  readonly #now: () => number;
  readonly #startMs: number;
  readonly #nameWidth: number;
  #isTree: boolean;
  #drawnLines = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(out: Output, names: readonly string[], logsDir: string, now: () => number) {
    this.#out = out;
    this.#logsDir = path.relative(process.cwd(), logsDir);
    this.#now = now;
    this.#startMs = now();
    this.#nameWidth = Math.max(...names.map((name) => name.length));
    this.#rows = new Map(names.map((name) => [name, newRow()]));
    // A tree that is taller than the window cannot be redrawn in place.
    this.#isTree = out.isTTY === true && (out.rows ?? 24) > names.length + 2;
    if (this.#isTree)
      this.#timer = setInterval(() => {
        this.#draw();
      }, redrawEveryMs).unref();
  }

  update({ name, state, detail = '' }: ProgressEvent): void {
    const row = this.#rows.get(name) ?? newRow();
    this.#rows.set(name, row);
    const isChange = row.state !== state;
    row.state = state;
    row.detail = detail;
    if (isFirstWork(state) && row.sinceMs === 0) row.sinceMs = this.#now();
    if (state === 'ready') row.tookMs ??= this.#now() - row.sinceMs;
    if (state === 'died') this.note(`${name} ${indent(detail)}`);
    else if (!this.#isTree) this.#line(name, row, isChange);
  }

  /** A message of its own, above the tree. */
  note(text: string): void {
    this.#erase();
    this.#out.write(`${text}\n`);
    if (this.#isTree) this.#draw();
  }

  /** Leaves the tree as it is; later changes are lines. */
  settle(): void {
    if (!this.#isTree) return;
    this.#draw();
    clearInterval(this.#timer);
    this.#isTree = false;
    this.#drawnLines = 0;
  }

  #line(name: string, row: Row, isChange: boolean): void {
    const now = this.#now();
    if (!isChange && now - row.lineAtMs < progressLineEveryMs) return;
    row.lineAtMs = now;
    const took =
      row.state === 'ready' && row.tookMs !== undefined ? ` in ${seconds(row.tookMs)}` : '';
    const detail = row.detail === '' ? '' : `  ${row.detail}`;
    this.#out.write(
      `[${seconds(now - this.#startMs)}] ${name} ${row.state ?? ''}${took}${detail}\n`,
    );
  }

  #draw(): void {
    this.#erase();
    const rows = [...this.#rows];
    const width = (this.#out.columns ?? 80) - 1;
    const lines = rows.map(([name, row], index) => {
      const branch = index === rows.length - 1 ? '└─' : '├─';
      const tookMs = row.tookMs ?? (row.sinceMs === 0 ? undefined : this.#now() - row.sinceMs);
      const time = tookMs === undefined ? '' : seconds(tookMs);
      const log = path.join(this.#logsDir, `${name}.log`);
      const text = `${branch} ${name.padEnd(this.#nameWidth)}  ${(row.state ?? 'waiting').padEnd(11)} ${time.padStart(7)}  ${row.detail.split('\n')[0] ?? ''}  ${log}`;
      return text.slice(0, width);
    });
    this.#out.write(lines.map((line) => `${line}\n`).join(''));
    this.#drawnLines = lines.length;
  }

  #erase(): void {
    if (this.#drawnLines > 0) this.#out.write(`\x1b[${this.#drawnLines}A\x1b[J`);
    this.#drawnLines = 0;
  }
}

function newRow(): Row {
  return { state: undefined, detail: '', sinceMs: 0, tookMs: undefined, lineAtMs: 0 };
}

function isFirstWork(state: ProcessState): boolean {
  return state === 'preparing' || state === 'starting' || state === 'downloading';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function indent(text: string): string {
  return text.split('\n').join('\n    ');
}
