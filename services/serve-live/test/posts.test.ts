import { expect } from 'chai';
import { compareVersions } from '@groundswell/domain';
import type { MentionJson } from '@groundswell/schemas';
import { postItem } from '../src/channels/posts.ts';

function aMention(more: Partial<MentionJson> = {}): MentionJson {
  const at = '2026-01-15T14:32:05.120031Z';
  return {
    event_id: 's:1|crypto:X',
    op: 'CREATE',
    ref_event_id: null,
    source: 's',
    feed: null,
    event_time: at,
    ingest_time: at,
    sequence: null,
    event_time_nanos_rem: null,
    instrument_id: 'crypto:X',
    post_id: 's:1',
    post_revision: '1',
    source_class: 'SOCIAL',
    author_key: 'v1:the-author',
    author_followers: 10,
    author_since: at,
    content_hash: 'aa',
    simhash: '',
    label: 'POSITIVE',
    score: 0.5,
    p_neg: 0,
    p_neu: 0.5,
    p_pos: 0.5,
    confidence: 0.5,
    calibrated: false,
    model_id: 'vader-finance',
    model_version: '1.0.0',
    skipped: null,
    symbol_count: 1,
    is_primary: true,
    stuffed: false,
    resolution_confidence: 1,
    symbols_as_of: '2025-08-24',
    target_start: null,
    target_end: null,
    text: 'the text',
    words: [],
    ...more,
  };
}

describe('a post in its channel', () => {
  it('has one key over all its revisions, and is newer the later it came in', () => {
    const first = postItem(aMention());
    const edited = postItem(
      aMention({ op: 'CORRECT', post_revision: '2', ingest_time: '2026-01-15T14:32:05.120032Z' }),
    );
    expect(edited.key).to.equal(first.key);
    expect(compareVersions(edited, first)).to.be.greaterThan(0);
  });

  it('is gone when it is taken back in the same instant, with its text and its author', () => {
    const said = postItem(aMention());
    const takenBack = postItem(aMention({ op: 'CANCEL' }));
    expect(compareVersions(takenBack, said)).to.be.greaterThan(0);
    expect(compareVersions(said, takenBack)).to.be.lessThan(0);
    expect(takenBack.json).not.to.match(/the text|author|aa/);
  });

  it('tells of its author four digits, and nothing that is not listed', () => {
    const { json } = postItem(aMention());
    expect(json).not.to.match(/the-author|author_since|p_pos/);
    const { data } = JSON.parse(json) as { data: { author_key: string } };
    expect(data.author_key).to.match(/^a[.][0-9a-f]{4}$/);
  });

  it('has a version that a double holds', () => {
    const { ver } = postItem(aMention({ ingest_time: '2100-01-01T00:00:00.000001Z' }));
    expect(Number.isSafeInteger(ver)).to.equal(true);
  });
});
