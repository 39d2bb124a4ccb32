/** The only headers that live records carry (H3): for dedupe and traces without decoding. Each one costs at every produce. */
export function recordHeaders(
  eventId: string,
  traceparent?: string,
): Readonly<Record<string, string>> {
  return traceparent === undefined ? { event_id: eventId } : { event_id: eventId, traceparent };
}
