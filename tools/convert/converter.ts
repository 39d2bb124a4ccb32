import type { TapeEvent, TapeHeader } from '../tape/index.ts';

/** A tape to be written: the header is known at once, the events are made as they are written. */
export interface Conversion {
  readonly header: TapeHeader;
  readonly events: AsyncIterable<TapeEvent> | Iterable<TapeEvent>;
}
