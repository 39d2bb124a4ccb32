import type { Mutant } from '../mutant.ts';

/** What people are shown: REST, sockets, pages. */
export const servingMutants: readonly Mutant[] = [
  {
    name: 'the operations page waits for a broker as long as its client does',
    rule: 'H9',
    file: 'services/serve-api/src/adapters/log-ends.ts',
    find: 'const DEADLINE_MS = 2000;',
    replace: 'const DEADLINE_MS = 60_000;',
    tests: ['services/serve-api/test/log-ends.test.ts'],
  },
  {
    name: 'a client is told of the first change of a channel only',
    rule: 'PF27',
    file: 'services/serve-live/src/core/subscription.ts',
    find: 'subscription.isTold = false;',
    replace: '',
    tests: ['services/serve-live/test/pusher.test.ts', 'services/serve-live/test/gateway.test.ts'],
  },
  {
    name: 'a median of any number of peers is given',
    rule: 'B3',
    file: 'services/serve-api/src/core/peers.ts',
    find: 'known.length < MIN_PEERS',
    replace: 'known.length < 1',
    tests: ['services/serve-api/test/core/peers.test.ts'],
  },
  {
    name: 'investors of other currencies are peers',
    rule: 'B3',
    file: 'services/serve-api/src/core/peers.ts',
    find: 'currency !== null && currency === self.currency',
    replace: 'currency !== null',
    tests: ['services/serve-api/test/core/peers.test.ts'],
  },
  {
    name: 'who has nothing is a peer',
    rule: 'B3',
    file: 'services/serve-api/src/core/peers.ts',
    find: ' && Number(equity) > 0',
    replace: '',
    tests: ['services/serve-api/test/core/peers.test.ts'],
  },
  {
    name: 'the median of an even number is the upper one',
    rule: 'B3',
    file: 'services/serve-api/src/core/peers.ts',
    find: 'sorted.length % 2 === 1',
    replace: 'sorted.length > 0',
    tests: ['services/serve-api/test/core/peers.test.ts'],
  },
  {
    name: 'equal equities fall by the order of reading',
    rule: 'B3',
    file: 'services/serve-api/src/core/peers.ts',
    find: '(a.investorKey < b.investorKey ? -1 : 1)',
    replace: '0',
    tests: ['services/serve-api/test/core/peers.test.ts'],
  },
  {
    name: 'an API that cannot be read is one without a comparison',
    rule: 'B3',
    file: 'services/watch-dashboard/src/pages/investor/peers.ts',
    find: 'status === 404',
    replace: 'status >= 0',
    tests: ['services/watch-dashboard/test/pages/investor.test.ts'],
  },
];
