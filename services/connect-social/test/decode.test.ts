import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { decodeFrame, type JetstreamFrame } from '../src/sources/bluesky/decode.ts';
import { postRecord, readText } from '../src/sources/bluesky/post.ts';
import { redactFrame } from '../src/sources/bluesky/redact.ts';
import { authors, context } from './support.ts';

interface Sample {
  readonly frames: readonly { readonly raw: string; readonly note?: string }[];
}

/** Recorded frames; their origin and what was altered stand in the files. */
function sample(version: 'v1' | 'v2'): readonly string[] {
  const url = new URL(`./fixtures/bluesky-jetstream-${version}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as Sample).frames.map(({ raw }) => raw);
}

const v1 = sample('v1');
const v2 = sample('v2');
type Commit = Extract<JetstreamFrame, { kind: 'commit' }>;

function commit(text: string | undefined): Commit {
  const frame = decodeFrame(text ?? '');
  if (frame.kind !== 'commit') throw new TypeError(`not a commit: ${frame.kind}`);
  return frame;
}

/** The record that a frame of a post becomes. */
function recordOf({ record, did, rkey, rev, place }: Commit) {
  const fields = record ?? {};
  const read = readText(fields, place.timeUs, context.aliases());
  const nativeId = `${authors.current(did)}/${rkey}`;
  const identity = {
    eventId: `${context.source}:${nativeId}:${rev}`,
    op: 'CREATE',
    refEventId: null,
    nativeId,
    rev,
    authorKey: authors.current(did),
    eventTimeUs: place.timeUs,
    ingestTimeUs: 0,
  } as const;
  return postRecord(fields, read, identity, context);
}

describe('recorded frames of Jetstream v1', () => {
  const outline = v1.map((text) => {
    const frame = decodeFrame(text);
    if (frame.kind === 'commit') return frame.operation;
    return frame.kind === 'ignored' ? frame.what : frame.kind;
  });

  it('are told apart: posts, a deletion, an account that is gone, and what does not concern us', () => {
    expect(outline).to.deep.equal([
      ...Array.from({ length: 8 }, () => 'create'),
      'delete',
      'identity',
      'account',
      'collection',
      'account-deleted',
    ]);
  });

  it('have times that are not in order, as they are', () => {
    const times = v1.map((text) => {
      const frame = decodeFrame(text);
      return 'place' in frame ? (frame.place?.timeUs ?? 0) : 0;
    });
    expect(times[0]).to.equal(1783175888090631);
    expect(times).not.to.deep.equal([...times].sort((a, b) => a - b));
  });

  it('names a cashtag after multi-byte text at its UTF-16 offsets, in the language that the text has', () => {
    const post = recordOf(commit(v1[1]));
    const [mention] = post.mentions;
    expect(post.text?.slice(mention?.start, mention?.end)).to.equal('$NVDA');
    expect(mention).to.include({
      kind: 'CASHTAG',
      instrumentId: 'equity:US:NVDA',
      start: 4,
      end: 9,
    });
    expect(post).to.include({ lang: 'ja', langBy: 'DETECTOR' });
  });

  it('believes the text, not the setting: langs says German, the text is English', () => {
    const post = recordOf(commit(v1[2]));
    expect(post).to.include({ lang: 'en', langBy: 'DETECTOR' });
    expect(post.mentions.map(({ raw }) => raw)).to.deep.equal(['$SIRI']);
    expect(recordOf(commit(v1[3])).lang).to.equal('en');
  });

  it('takes the claim for a short text and knows none without langs', () => {
    const { record } = commit(v1[0]);
    const short = {
      ...commit(v1[0]),
      record: { ...record, text: '$GME!', langs: ['en-US', 'de'] },
    };
    expect(recordOf(short)).to.include({ lang: 'en', langBy: 'SOURCE' });
    const unknown = { ...short, record: { text: '$GME 123' } };
    expect(recordOf(unknown)).to.include({ lang: null, langBy: 'DETECTOR' });
    expect(recordOf(commit(v1[7])).lang).to.equal('cs');
  });

  it('reads facets and embeds into links, replies into pseudonyms, and times as claims', () => {
    expect(recordOf(commit(v1[6]))).to.deep.include({
      urls: ['https://www.feed.example/266486/who-keeps-a-spreadsheet-of-gme-short-interest/'],
      createdAtClaimedUs: Date.parse('2026-07-04T14:38:02Z') * 1000,
      eventTimeUs: 1783175888267182,
    });
    expect(recordOf(commit(v1[6])).mentions.map((one) => one.instrumentId)).to.deep.equal([
      'equity:US:GME',
    ]);
    const reply = recordOf(commit(v1[4]));
    const parent = authors.current('did:plc:xezpuayqtpcnydjk2y2kvfel');
    expect(reply.replyTo).to.equal(`${parent}/3mpt7u2shzolg`);
  });

  it('lets no account id through, in any field of any record', () => {
    for (const text of v1) {
      const frame = decodeFrame(text);
      if (frame.kind !== 'commit' || frame.record === null) continue;
      expect(JSON.stringify(recordOf(frame))).not.to.match(/did:|at:\/\//);
    }
  });
});

describe('recorded frames of Jetstream v2', () => {
  it('are read by the same decoder', () => {
    expect(v2.map((text) => decodeFrame(text).kind)).to.deep.equal([
      'ignored',
      'commit',
      'commit',
      'error',
    ]);
    expect(commit(v2[1])).to.deep.include({
      place: { timeUs: Date.parse('2026-09-09T19:46:02.412Z') * 1000 + 337, seq: 12346 },
      did: 'did:plc:s2hq7qrfpv24ta6akc3je37k',
      rkey: '3mv4cgy7qgv4h',
      rev: '3mv4cgyivc24h',
      operation: 'create',
    });
    expect(commit(v2[2])).to.include({ operation: 'delete', record: null });
    expect(decodeFrame(v2[3] ?? '')).to.deep.equal({ kind: 'error', name: 'ConsumerTooSlow' });
    expect(recordOf(commit(v2[1])).mentions.map(({ raw }) => raw)).to.deep.equal(['$AAPL']);
  });

  it('tell that a number is unknown by a notice; other notices are ignored', () => {
    const notice = (name: string): string =>
      JSON.stringify({
        $type: 'message',
        payload: { $type: 'network.bsky.jetstream.subscribeEvents#info', name, message: 'x' },
      });
    expect(decodeFrame(notice('FutureCursor'))).to.deep.equal({
      kind: 'error',
      name: 'FutureCursor',
    });
    expect(decodeFrame(notice('OutdatedCursor')).kind).to.equal('ignored');
  });
});

describe('a record of a post', () => {
  const base = commit(v1[0]);
  const withRecord = (record: Readonly<Record<string, unknown>>) => recordOf({ ...base, record });

  it('reads quotes, beside pictures too, but no quoted list', () => {
    const uri = 'at://did:plc:xezpuayqtpcnydjk2y2kvfel/app.bsky.feed.post/3mpt7u2shzolg';
    const nativeId = `${authors.current('did:plc:xezpuayqtpcnydjk2y2kvfel')}/3mpt7u2shzolg`;
    const text = '$TIDE, as quoted';
    expect(withRecord({ text, embed: { record: { uri } } }).quoteOf).to.equal(nativeId);
    expect(withRecord({ text, embed: { record: { record: { uri } } } }).quoteOf).to.equal(nativeId);
    const list = uri.replace('feed.post', 'graph.list');
    expect(withRecord({ text, embed: { record: { uri: list } } }).quoteOf).to.equal(null);
  });

  it('cuts a long text at a character and names only what is left', () => {
    const text = `${'a'.repeat(2_999)}💸 $TIDE`;
    const post = withRecord({ text });
    expect(post).to.include({ text: 'a'.repeat(2_999), textTruncated: true });
    expect(post.mentions).to.deep.equal([]);
    expect(withRecord({ text: 'a'.repeat(3_000) }).textTruncated).to.equal(false);
  });

  it('keeps web addresses only, without accounts in them', () => {
    const link = (uri: string) => ({
      features: [{ $type: 'app.bsky.richtext.facet#link', uri }],
      index: { byteStart: 0, byteEnd: 1 },
    });
    const facets = [
      link('https://net.example/profile/did:plc:xezpuayqtpcnydjk2y2kvfel/post/1'),
      link('javascript:alert(1)'),
      link('https://net.example/did%3Aplc%3Axezpuayqtpcnydjk2y2kvfel'),
    ];
    expect(withRecord({ text: '$TIDE', facets }).urls).to.deep.equal([
      'https://net.example/profile/did/post/1',
      'https://net.example/did',
    ]);
  });

  it('hides a link that a facet marks after an emoji, by its UTF-8 offsets', () => {
    const text = '💸 TSLA.example TSLA stock';
    const start = Buffer.byteLength('💸 ');
    const end = start + 'TSLA.example'.length;
    const facets = [
      {
        features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://shop.example/' }],
        index: { byteStart: start, byteEnd: end },
      },
      {
        features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://shop.example/' }],
        index: { byteStart: 1, byteEnd: 2 },
      },
    ];
    expect(withRecord({ text, facets }).mentions.map(({ start: at }) => at)).to.deep.equal([
      text.lastIndexOf('TSLA'),
    ]);
  });

  it('shows no text of a source that does not let us keep it', () => {
    const rights = { storeText: false, redistributeText: false };
    const read = readText({ text: '$TIDE' }, 0, context.aliases());
    const identity = {
      eventId: 'a',
      op: 'CREATE',
      refEventId: null,
      nativeId: 'b',
      rev: 'c',
      authorKey: 'd',
      eventTimeUs: 0,
      ingestTimeUs: 0,
    } as const;
    const post = postRecord({ text: '$TIDE' }, read, identity, { ...context, rights });
    expect(post).to.include({ text: null, storeText: false, redistributeText: false });
  });
});

describe('frames that nobody meant', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['', 'not_json'],
    ['[1]', 'not_json'],
    ['{"time_us":1783175888090631}', 'bad_envelope'],
    ['{"kind":"commit","time_us":1783175888090631,"commit":null}', 'bad_envelope'],
    [v1[0]?.replace(/did:plc:\w+/, 'alice.example') ?? '', 'bad_did'],
    [v1[0]?.replace('1783175888090631', '-5') ?? '', 'bad_time'],
    [v1[0]?.replace('1783175888090631', '1e300') ?? '', 'bad_time'],
    [v1[0]?.replace('3mptbyojlq5bb', '../did:plc:x') ?? '', 'bad_rkey'],
    [v1[0]?.replace('3mptbypdeg4nc', '') ?? '', 'bad_rev'],
    [v1[0]?.replace('"text":"', '"words":"') ?? '', 'bad_record'],
    [v1[12]?.replace(/did:plc:\w+/g, '') ?? '', 'bad_did'],
    [v1[12]?.replace(/"time_us":\d+/, '"time_us":"soon"') ?? '', 'bad_time'],
  ];
  for (const [text, reason] of refusals) {
    it(`refuses ${text.slice(0, 60)} as ${reason}`, () => {
      expect(decodeFrame(text)).to.include({ kind: 'refused', reason });
    });
  }

  it('ignores kinds and operations that it does not know (K15)', () => {
    const unknown = [
      v1[0]?.replace('"create"', '"merge"'),
      v1[9]?.replace('"kind":"identity"', '"kind":"novelty"'),
      '{"$type":"greeting"}',
      '{"$type":"message","payload":{"$type":"network.bsky.jetstream.subscribeEvents#novelty","seq":1,"time":"2026-01-01T00:00:00Z"}}',
    ];
    expect(unknown.map((text) => decodeFrame(text ?? '').kind)).to.deep.equal([
      'ignored',
      'ignored',
      'ignored',
      'ignored',
    ]);
  });

  it('never make the decoder throw, and keep no account id once redacted', () => {
    const part = fc.constantFrom(...v1.join('').split(/(?=[",:{}])/));
    const noise = fc
      .array(fc.oneof(part, fc.json(), fc.string()), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(noise, fc.json()), (text) => {
        decodeFrame(text);
        expect(redactFrame(text, authors)).not.to.match(/did:plc:[a-z2-7]{24}/);
      }),
    );
  });
});
