import { formatE18, formatIsoUs, parseE18 } from '@groundswell/domain';
import type { BrokerItem, WorldTrade, WorldTransaction } from './events.ts';
import type { TradeFate, TransactionFate } from './plan.ts';

/** Random span in micros between two numbers of seconds. */
type Seconds = (low: number, high: number) => number;

/** How a fate changes what is sent. */
export const spoil = {
  trade(trade: WorldTrade, fate: TradeFate, seconds: Seconds): WorldTrade {
    if (fate === 'late') return { ...trade, timeUs: trade.timeUs - seconds(2, 50) };
    if (fate === 'too-late') return { ...trade, timeUs: trade.timeUs - seconds(400, 800) };
    if (fate === 'future') return { ...trade, timeUs: trade.timeUs + seconds(20, 600) };
    if (fate === 'bad-price') return { ...trade, price: `-${trade.price}` };
    return trade;
  },

  transaction(transaction: WorldTransaction, fate: TransactionFate): WorldTransaction {
    if (fate !== 'bad-item') return transaction;
    return { ...transaction, item: { ...transaction.item, quantity: '1e40' } };
  },

  /** The second item a fate calls for, some seconds later, or null. */
  followUp(
    { timeUs, item }: WorldTransaction,
    fate: TransactionFate,
    seconds: Seconds,
  ): { fate: TransactionFate; transaction: WorldTransaction } | null {
    const laterUs = timeUs + seconds(2, 20);
    const reprice = () => {
      const price = parseE18(item.price ?? '0');
      const corrected = price + price / 100n;
      const quantity = parseE18(item.quantity ?? '0');
      const fees = parseE18(item.fees ?? '0');
      // Exact: a price of at most 5 decimals plus 1 % of it has 7, times a quantity of at most 6.
      const netCash = -(quantity * corrected) / 10n ** 18n - fees;
      return { price: formatE18(corrected), net_cash: formatE18(netCash) };
    };
    const follow = (itsFate: TransactionFate, followItem: BrokerItem) => ({
      fate: itsFate,
      transaction: { type: 'transaction', timeUs: laterUs, item: followItem } as const,
    });
    const { id } = item;
    if (fate === 'corrected') {
      // The corrected execution keeps its time: only its price was wrong.
      return follow('correction', { ...item, ...reprice(), id: `${id}-c`, op: 'CORRECT', ref: id });
    }
    if (fate === 'cancelled') {
      const stamp = formatIsoUs(laterUs);
      return follow('cancellation', {
        ...item,
        id: `${id}-x`,
        op: 'CANCEL',
        ref: id,
        event_time: stamp,
      });
    }
    if (fate === 'conflict') return follow('conflicting-copy', { ...item, ...reprice() });
    return null;
  },
};
