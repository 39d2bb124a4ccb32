/** What a key does. Pages handle the actions that they know. */
export type Action =
  | 'help'
  | 'filter'
  | 'palette'
  | 'go-board'
  | 'go-symbol'
  | 'go-investor'
  | 'go-operations'
  | 'down'
  | 'up'
  | 'open'
  | 'explain'
  | 'freeze'
  | 'finer'
  | 'coarser'
  | 'table'
  | 'weighting'
  | 'past'
  | 'close';

export interface KeyPress {
  readonly key: string;
  readonly ctrlOrMeta: boolean;
  readonly alt: boolean;
  /** Is the focus in a field that takes text? */
  readonly isTyping: boolean;
  /** Is the focus on a control that Enter activates by itself? */
  readonly isOnControl: boolean;
  readonly timeMs: number;
}

const single: Readonly<Record<string, Action>> = {
  '?': 'help',
  '/': 'filter',
  j: 'down',
  k: 'up',
  e: 'explain',
  f: 'freeze',
  '[': 'finer',
  ']': 'coarser',
  t: 'table',
  w: 'weighting',
  a: 'past',
};
const afterG: Readonly<Record<string, Action>> = {
  b: 'go-board',
  s: 'go-symbol',
  i: 'go-investor',
  o: 'go-operations',
};
/** The second key of a pair comes within this time. */
const PAIR_MS = 1500;

/** Rows of the help, in its order. */
export const keyHelp: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['Ctrl', 'K'], does: 'Find a symbol or a page' },
  { keys: ['/'], does: 'Filter the list' },
  { keys: ['g', 'b'], does: 'Board' },
  { keys: ['g', 's'], does: 'Symbol' },
  { keys: ['g', 'i'], does: 'Investor' },
  { keys: ['g', 'o'], does: 'Operations' },
  { keys: ['j', 'k'], does: 'Down and up in a list' },
  { keys: ['Enter'], does: 'Open the row' },
  { keys: ['E'], does: 'Explain the number' },
  { keys: ['F'], does: 'Freeze the picture' },
  { keys: ['W'], does: 'Weighted or raw mood' },
  { keys: ['A'], does: 'As known at an earlier time' },
  { keys: ['[', ']'], does: 'Finer and coarser bars' },
  { keys: ['T'], does: 'Chart as a table' },
  { keys: ['←', '→'], does: 'Move in the chart (Shift: 10)' },
  { keys: ['Esc'], does: 'Close' },
  { keys: ['?'], does: 'This list' },
];

/** Turns key presses into actions; remembers a leading `g`. Letters can be switched off (WCAG 2.1.4). */
export function createKeyReader(): (press: KeyPress, lettersOn: boolean) => Action | null {
  let gUntilMs = -Infinity;
  return (press, lettersOn) => {
    const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
    if (key === 'Escape') return 'close';
    if (press.ctrlOrMeta) return key === 'k' ? 'palette' : null;
    if (press.alt || press.isTyping) return null;
    if (key === 'Enter') return press.isOnControl ? null : 'open';
    if (!lettersOn) return null;
    if (press.timeMs < gUntilMs) {
      gUntilMs = -Infinity;
      return afterG[key] ?? null;
    }
    if (key === 'g') {
      gUntilMs = press.timeMs + PAIR_MS;
      return null;
    }
    return single[key] ?? null;
  };
}
