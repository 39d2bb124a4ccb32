import type { LiveState } from '@groundswell/client';
import { clockText, dayText, type Zone } from './time.ts';

/** How the pill looks; each tone has its own glyph, so that it reads in greyscale. */
export type PillTone = 'ok' | 'wait' | 'warn' | 'off';

export interface Pill {
  readonly tone: PillTone;
  readonly text: string;
  /** One sentence for the title, the notice and the live region. */
  readonly sentence: string;
}

/** What the connection pill says (dashboard.md 4). `openGaps`: holes of sources, which a live connection does not heal. */
export function pillOf(state: LiveState, openGaps: number, isOnline: boolean): Pill {
  if (!isOnline && state.name !== 'signed_out') {
    return { tone: 'off', text: 'Offline', sentence: 'This computer has no network.' };
  }
  switch (state.name) {
    case 'live':
      return openGaps === 0
        ? { tone: 'ok', text: 'Live', sentence: 'Live.' }
        : {
            tone: 'warn',
            text: `Live · ${String(openGaps)} ${openGaps === 1 ? 'gap' : 'gaps'}`,
            sentence: `Live, but ${String(openGaps)} ${openGaps === 1 ? 'hole' : 'holes'} of a source ${openGaps === 1 ? 'is' : 'are'} open.`,
          };
    case 'connecting':
      return { tone: 'wait', text: 'Connecting', sentence: 'Connecting to the gateway.' };
    case 'catching_up':
      return state.detail === null
        ? { tone: 'wait', text: 'Catching up', sentence: 'Catching up.' }
        : { tone: 'warn', text: 'Behind', sentence: `The gateway is behind: ${state.detail}.` };
    case 'gap':
      return {
        tone: 'warn',
        text: 'Gap',
        sentence: 'Updates were lost on the way; values come from a new snapshot.',
      };
    case 'reconnecting':
      return {
        tone: 'wait',
        text: state.attempt === 0 ? 'Reconnecting' : `Reconnecting · ${String(state.attempt)}`,
        sentence: 'The connection is gone; trying again.',
      };
    case 'offline':
      return {
        tone: 'off',
        text: 'Offline',
        sentence: `The gateway does not answer after ${String(state.attempt)} attempts; trying again.`,
      };
    case 'signed_out':
      return { tone: 'off', text: 'Signed out', sentence: 'Signed out: nothing is live.' };
  }
}

/** Instead of the connection's state while a moment of the past is looked at. */
export function pastPill(knownAtMs: number, zone: Zone): Pill {
  const time = clockText(knownAtMs, zone);
  return {
    tone: 'wait',
    text: `As known ${time}`,
    sentence: `As known at ${time} ${zone === 'UTC' ? 'UTC' : 'local time'}, ${dayText(knownAtMs, zone)}. Live is off.`,
  };
}
