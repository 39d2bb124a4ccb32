import type { FrameOutcome } from '@groundswell/connector';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { parseFrame } from '../../src/sources/coinbase/parse.ts';
import { aliases } from '../support.ts';

interface Fixture {
  readonly frames: readonly { readonly direction: string; readonly raw: string }[];
  readonly documentation_examples: readonly { readonly raw: string }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../src/sources/coinbase/fixtures/frames.json', import.meta.url), 'utf8'),
) as Fixture;
const received = fixture.frames.filter((frame) => frame.direction === 'in').map((one) => one.raw);
const context = { aliases: () => aliases, licence: 'test' };
const parse = (text: string): FrameOutcome => parseFrame(text, 1_618_677_817_000_000, context);
const matchWith = (changes: object): string => {
  const frame = JSON.parse(received.find((raw) => raw.includes('"match"')) ?? '') as object;
  return JSON.stringify({ ...frame, ...changes });
};

describe('parsing Coinbase Exchange frames', () => {
  it('reads every recorded frame as what it is', () => {
    const kinds = received.map((raw) => parse(raw).kind);
    // One acknowledgement, two last_match, four match, two ticker frames, as recorded.
    expect(kinds).to.deep.equal([
      'subscribed',
      ...Array<string>(6).fill('event'),
      'ignored',
      'ignored',
    ]);
  });

  it('takes the aggressor from the other side of match.side', () => {
    // Trade 881613: match.side is "sell" (maker); the ticker of the same trade says "buy" (taker).
    const outcome = parse(received.find((raw) => raw.includes('last_match')) ?? '');
    expect(outcome).to.nested.include({
      kind: 'event',
      'event.stream': 'BAND-GBP',
      'event.id': 881613,
      'event.record.eventId': 'cb:BAND-GBP:881613',
      'event.record.aggressor': 'BUY',
    });
  });

  it('keeps prices to the last digit and times to the microsecond', () => {
    const outcome = parse(received.find((raw) => raw.includes('0.00001305')) ?? '');
    expect(outcome).to.nested.include({
      'event.record.priceE18': 13_050_000_000_000n,
      'event.record.sizeE18': 985_000_000_000_000_000_000n,
      // 2021-04-17T16:43:37.089723Z
      'event.record.eventTimeUs': 1_618_677_817_089_723,
    });
  });

  it('keeps a trade of an unknown product under an unresolved instrument', () => {
    expect(parse(received[1] ?? '')).to.nested.include({
      'event.key': 'unresolved:coinbase:BAND-GBP@coinbase',
    });
  });

  it('resolves a known product at event time', () => {
    expect(parse(matchWith({ product_id: 'BTC-USD' }))).to.nested.include({
      'event.key': 'crypto:BTC-USD@coinbase',
    });
  });

  it('does not take the acknowledgement of another channel for ours', () => {
    expect(parse(received[0] ?? '')).to.deep.equal({ kind: 'subscribed', streams: [] });
  });

  it('reads the newest trade id from a heartbeat', () => {
    const raw = fixture.documentation_examples[0]?.raw ?? '';
    expect(parse(raw)).to.deep.equal({ kind: 'heartbeat', stream: 'BTC-USD', lastId: 20 });
  });

  const refusals: readonly (readonly [string, string])[] = [
    ['not_json', '{"type":"match","trade_id":'],
    ['not_json', '[1,2]'],
    ['not_json', 'null'],
    ['bad_trade_id', matchWith({ trade_id: '12' })],
    ['bad_trade_id', matchWith({ trade_id: 2 ** 60 })],
    ['bad_side', matchWith({ side: 'both' })],
    ['bad_time', matchWith({ time: 'yesterday' })],
    ['bad_price', matchWith({ price: '-1' })],
    ['bad_price', matchWith({ price: 'NaN' })],
    ['bad_price', matchWith({ price: '1e40' })],
    ['bad_price', matchWith({ price: 12.5 })],
    ['bad_size', matchWith({ size: '0' })],
    ['bad_product', matchWith({ product_id: '../x' })],
  ];
  for (const [reason, text] of refusals) {
    it(`refuses ${text.slice(0, 60)} as ${reason}`, () => {
      expect(parse(text)).to.include({ kind: 'refused', reason });
    });
  }

  it('names the product that the venue does not know', () => {
    const raw =
      '{"type":"error","message":"Failed to subscribe","reason":"FOO-USD is not a valid product"}';
    expect(parse(raw)).to.include({ kind: 'failure', stream: 'FOO-USD' });
  });

  it('ignores types and fields it does not know', () => {
    expect(parse('{"type":"l3done","x":1}')).to.deep.equal({ kind: 'ignored', what: 'l3done' });
    expect(parse(matchWith({ brand_new: true })).kind).to.equal('event');
  });
});
