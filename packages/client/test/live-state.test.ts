import { expect } from 'chai';
import { liveStateOf, type ConnectionFacts } from '../src/live-state.ts';

const live: ConnectionFacts = {
  isSignedOut: false,
  isConnected: true,
  wasConnected: true,
  failedAttempts: 0,
  hasGap: false,
  isWaiting: false,
  degraded: null,
};

describe('the state of the connection', () => {
  const table: readonly (readonly [string, Partial<ConnectionFacts>])[] = [
    ['live', {}],
    ['catching_up', { isWaiting: true }],
    ['catching_up', { degraded: 'the broker does not answer' }],
    ['gap', { hasGap: true, isWaiting: true }],
    ['connecting', { isConnected: false, wasConnected: false }],
    ['reconnecting', { isConnected: false }],
    ['reconnecting', { isConnected: false, failedAttempts: 2 }],
    ['offline', { isConnected: false, failedAttempts: 3 }],
    ['signed_out', { isSignedOut: true, isConnected: false, failedAttempts: 9 }],
  ];
  for (const [name, facts] of table) {
    it(`is ${name} for ${JSON.stringify(facts)}`, () => {
      expect(liveStateOf({ ...live, ...facts }).name).to.equal(name);
    });
  }
});
