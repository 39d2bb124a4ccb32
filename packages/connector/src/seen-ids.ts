/** The newest event ids that were acked (K9): saves traffic only, the exact check is the consumer's. */
export interface SeenIds {
  has(eventId: string): boolean;
  /** Call after the broker's ack, never before: a crash would lose the event. */
  add(eventId: string): void;
}

export function createSeenIds(capacity: number): SeenIds {
  // A Set iterates in insertion order, so its first member is the oldest.
  const ids = new Set<string>();
  return {
    has: (eventId) => ids.has(eventId),
    add(eventId) {
      ids.delete(eventId);
      ids.add(eventId);
      if (ids.size <= capacity) return;
      const oldest = ids.values().next();
      if (oldest.done !== true) ids.delete(oldest.value);
    },
  };
}
