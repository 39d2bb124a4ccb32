/**
 * Which frames are settled (K10): a frame is settled when nothing has to be published for it, or all of it is acked. Pure state.
 *
 * `position()` is that of the newest frame below which everything is settled: what may be stored. Memory is the frames in flight, however many
 * settled ones came after them.
 */
export interface Settling<P> {
  /** The next frame, in order of arrival. @returns call it once when the frame is settled */
  begin(position: P): () => void;
  position(): P;
  inFlight(): number;
}

export function createSettling<P>(start: P): Settling<P> {
  let newest = start;
  /** Frames in flight, the oldest first, with the position before each. */
  const open = new Map<number, P>();
  let count = 0;
  return {
    begin(position) {
      const id = (count += 1);
      open.set(id, newest);
      newest = position;
      return () => void open.delete(id);
    },
    position() {
      const oldest = open.values().next();
      return oldest.done === true ? newest : oldest.value;
    },
    inFlight: () => open.size,
  };
}
