/** A lane is a whole parallel world in the same platform (D12); `live` is the one that names itself nowhere. */
export const LIVE_LANE = 'live';

/** Physical topic name: `market.trade.v1` in the live lane, `replay-ab12.market.trade.v1` elsewhere. */
export function inLane(lane: string, topic: string): string {
  return lane === LIVE_LANE ? topic : `${lane}.${topic}`;
}

/** Consumer group of a service in a lane. */
export function laneConsumerGroup(lane: string, service: string): string {
  return lane === LIVE_LANE ? service : `${lane}.${service}`;
}
