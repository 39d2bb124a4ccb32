import { expect } from 'chai';
import type { Mention, SocialPost } from '@groundswell/schemas';
import { createValidateMentionStep } from '../../src/steps/validate-mention.ts';
import { createValidatePostStep } from '../../src/steps/validate-post.ts';
import { aMention, aPost, START_US } from '../support/builders.ts';

const validatePost = createValidatePostStep();
const validateMention = createValidateMentionStep();

const mention = aMention({ eventId: 'e|i', simhash: '0123456789abcdef' });

describe('range rules of posts and mentions', () => {
  it('refuse a post without identity, out of time, or with places outside its text', () => {
    const post = aPost('$TIDE');
    const cases: [Partial<SocialPost>, string | null][] = [
      [{}, null],
      [{ eventId: '' }, 'bad_event_id'],
      [{ eventTimeUs: START_US / 1000 }, 'bad_event_time'],
      [{ nativeId: '' }, 'missing_native_id'],
      [{ text: '$TID' }, 'bad_span'],
      [{ text: null }, null],
      [{ op: 'CANCEL', text: '' }, null],
    ];
    for (const [change, reason] of cases)
      expect(validatePost({ ...post, ...change })).to.equal(reason);
  });

  it('refuse a mention that a window could not count', () => {
    const cases: [Partial<Mention>, string | null][] = [
      [{}, null],
      [{ simhash: '' }, null],
      [{ eventId: '' }, 'bad_event_id'],
      [{ eventTimeUs: -1 }, 'bad_event_time'],
      [{ op: 'CORRECT' }, 'missing_ref'],
      [{ op: 'CANCEL', refEventId: 'e', score: 9 }, null],
      [{ score: -1.01 }, 'bad_score'],
      [{ score: Number.NaN }, 'bad_score'],
      [{ confidence: Number.NaN }, 'bad_confidence'],
      [{ symbolCount: 0 }, 'bad_symbol_count'],
      [{ simhash: 'xyz' }, 'bad_simhash'],
    ];
    for (const [change, reason] of cases) {
      expect(validateMention({ ...mention, ...change }), JSON.stringify(change)).to.equal(reason);
    }
  });
});
