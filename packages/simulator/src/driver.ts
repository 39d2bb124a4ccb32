import type { BrokerClient } from './broker/client.ts';
import type { FakeCoinbase } from './coinbase/server.ts';
import type { FakeJetstream } from './jetstream/server.ts';
import type { SocialDispatcher } from './social/dispatcher.ts';
import type { Dispatcher } from './world/dispatcher.ts';

/** Where deliveries go; without an ingest address transactions go nowhere. */
export interface Outlets {
  readonly venue: Pick<FakeCoinbase, 'prime' | 'publish' | 'sendRaw'>;
  readonly broker: Pick<BrokerClient, 'add'> | null;
}

/** Put everything that is due on the wire. @returns how many deliveries, at most `limit` */
export function deliverDue(
  dispatcher: Dispatcher,
  outlets: Outlets,
  nowUs: number,
  limit = Infinity,
): number {
  let count = 0;
  for (; count < limit; count += 1) {
    const delivery = dispatcher.nextDue(nowUs);
    if (delivery === undefined) break;
    if (delivery.kind === 'trade') outlets.venue.publish(delivery.trade, delivery);
    else if (delivery.kind === 'frame') outlets.venue.sendRaw(delivery.text);
    else outlets.broker?.add(delivery.transaction.item);
  }
  return count;
}

/** As {@link deliverDue}, for what people do. */
export function deliverSocialDue(
  dispatcher: SocialDispatcher,
  jetstream: Pick<FakeJetstream, 'publish' | 'sendRaw'>,
  nowUs: number,
  limit = Infinity,
): number {
  let count = 0;
  for (; count < limit; count += 1) {
    const delivery = dispatcher.nextDue(nowUs);
    if (delivery === undefined) break;
    if (delivery.kind === 'event') jetstream.publish(delivery.event);
    else jetstream.sendRaw(delivery.text);
  }
  return count;
}
