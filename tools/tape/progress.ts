import type { Writable } from 'node:stream';

/** How far a long piece of work is: one line that is redrawn on a terminal, a plain line every few seconds elsewhere. */
export interface Progress {
  update(done: number, detail?: string): void;
  /** Draw the last state and end the line. */
  end(): void;
}

const REDRAW_MS = 100;
const PLAIN_EVERY_MS = 5_000;
const BAR_CELLS = 30;

/** @param total 0 or undefined when it is not known */
export function createProgress(
  out: Writable & { readonly isTTY?: boolean },
  verb: string,
  total?: number,
  nowMs: () => number = Date.now,
): Progress {
  const isTerminal = out.isTTY === true;
  const everyMs = isTerminal ? REDRAW_MS : PLAIN_EVERY_MS;
  const startedMs = nowMs();
  let drawnMs = startedMs;
  let last = '';
  let isDrawn = true;

  const draw = (): void => {
    drawnMs = nowMs();
    isDrawn = true;
    // Erase to the end of the line: the one before may have been longer.
    out.write(isTerminal ? `\r${last}\u001b[K` : `${last}\n`);
  };
  return {
    update: (done, detail) => {
      const seconds = Math.max((nowMs() - startedMs) / 1000, 0.001);
      const counts = total ? `${done} of ${total}` : String(done);
      const bar = isTerminal && total ? `${barOf(done / total)} ` : '';
      const rate = `${Math.round(done / seconds)}/s`;
      last = `  ${bar}${counts} ${verb}, ${rate}${detail === undefined ? '' : `, ${detail}`}`;
      isDrawn = false;
      if (nowMs() - drawnMs >= everyMs) draw();
    },
    end: () => {
      if (!isDrawn) draw();
      if (isTerminal && last !== '') out.write('\n');
    },
  };
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_CELLS - full)}]`;
}
