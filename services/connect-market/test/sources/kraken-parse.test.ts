import type { FrameOutcome } from '@groundswell/connector';
import { expect } from 'chai';
import { parseFrame } from '../../src/sources/kraken/parse.ts';
import { krakenContext as context, krakenFixture } from './kraken-support.ts';

const received = krakenFixture.frames.filter((one) => one.direction === 'in').map((one) => one.raw);
const outcomes = (text: string): readonly FrameOutcome[] =>
  [parseFrame(text, 1_695_628_200_000_000, context)].flat();
const frameWith = (part: string): string => received.find((raw) => raw.includes(part)) ?? '';
const update = frameWith('"update"');
const refusal = (error: string, symbol?: string): string =>
  JSON.stringify({ method: 'subscribe', success: false, error, symbol });

describe('parsing Kraken v2 frames', () => {
  it('reads every frame of the documentation as what it is, each row of a frame alone', () => {
    expect(received.map((raw) => outcomes(raw).map(({ kind }) => kind))).to.deep.equal([
      ['acknowledged'],
      ['event', 'event'],
      ['event', 'event'],
      ['event', 'event', 'event'],
      ['ignored'],
      ['ignored'],
      ['failure'],
    ]);
  });

  it('keeps prices and sizes to the last digit of the frame, and the side, which is the taker’s', () => {
    const [sell, buy] = outcomes(update);
    expect(sell).to.nested.include({
      'event.stream': 'MATIC/USD',
      'event.id': 4665848,
      'event.record.eventId': 'kr:MATIC/USD:4665848',
      'event.record.aggressor': 'SELL',
      'event.record.priceE18': 515_000_000_000_000_000n,
      'event.record.sizeE18': 100_000_000_000_000_000_000n,
      // 2023-09-25T07:49:40.000001Z
      'event.record.eventTimeUs': 1_695_628_180_000_001,
    });
    expect(buy).to.nested.include({
      'event.record.aggressor': 'BUY',
      'event.record.sizeE18': 124_600_000_000_000n,
    });
  });

  it('takes a number from its literal: more digits than a double has survive', () => {
    const [trade] = outcomes(update.replace('0.5150', '12345678901234567.890123450'));
    expect(trade).to.nested.include({
      'event.record.priceE18': 12_345_678_901_234_567_890_123_450_000_000_000n,
    });
  });

  it('resolves a symbol in the namespace kraken, and keeps others unresolved', () => {
    expect(outcomes(update.replaceAll('MATIC/USD', 'BTC/USD'))[0]).to.nested.include({
      'event.key': 'crypto:BTC-USD@kraken',
    });
    expect(outcomes(update.replaceAll('MATIC/USD', 'AAPLx/USD'))[0]).to.nested.include({
      'event.key': 'unresolved:kraken:AAPLx/USD@kraken',
    });
  });

  it('refuses one bad row with its id and keeps the other rows of the frame', () => {
    const [bad, good] = outcomes(update.replace('0.5150', '-0.5150'));
    expect(bad).to.deep.equal({
      kind: 'refused',
      reason: 'bad_price',
      stream: 'MATIC/USD',
      id: 4665848,
    });
    expect(good).to.include({ kind: 'event' });
  });

  const refusals: readonly (readonly [string, string])[] = [
    ['not_json', '{"channel":"trade","data":['],
    ['not_json', '[993,[],"trade","XMR/USD"]'],
    ['bad_rows', '{"channel":"trade","type":"update"}'],
    ['bad_product', '{"channel":"trade","data":[null]}'],
    ['bad_product', update.replace('MATIC/USD', '../x')],
    ['bad_trade_id', update.replace('4665848', '46658.48')],
    ['bad_trade_id', update.replace('4665848', '9007199254740993')],
    ['bad_side', update.replace('"sell"', '"both"')],
    ['bad_time', update.replace('2023-09-25T', '')],
    ['bad_price', update.replace('0.5150', 'null')],
    ['bad_size', update.replace('100.00000000', '0.00000000')],
  ];
  for (const [index, [reason, text]] of refusals.entries()) {
    it(`refuses a frame as ${reason} (${index + 1})`, () => {
      expect(outcomes(text)[0]).to.include({ kind: 'refused', reason });
    });
  }

  it('stops the symbol that the venue does not know', () => {
    expect(outcomes(frameWith('NOPE/USD'))).to.deep.equal([
      {
        kind: 'failure',
        backoff: 'STOP',
        reason: 'Currency pair not supported NOPE/USD',
        stream: 'NOPE/USD',
      },
    ]);
  });

  it('tells waiting and trying again from giving up', () => {
    expect(outcomes(refusal('Exceeded msg rate', 'BTC/USD'))[0]).to.include({
      backoff: 'LIMIT',
      stream: null,
    });
    expect(outcomes(refusal('Subscription unavailable', 'BTC/USD'))[0]).to.include({
      backoff: 'NET',
      stream: null,
    });
    expect(outcomes(refusal('Malformed request'))[0]).to.include({ backoff: 'NET', stream: null });
    expect(outcomes(refusal('Already subscribed', 'BTC/USD'))).to.deep.equal([
      { kind: 'acknowledged', stream: 'BTC/USD' },
    ]);
  });

  it('does not take the acknowledgement of another channel for ours', () => {
    const other = frameWith('"success":true').replace('"trade"', '"ticker"');
    expect(outcomes(other)).to.deep.equal([{ kind: 'ignored', what: 'ack' }]);
  });
});
