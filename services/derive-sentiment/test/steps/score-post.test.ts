import { createRuleScorer, type RuleScorer } from '@groundswell/sentiment';
import { expect } from 'chai';
import { createScorePostStep } from '../../src/steps/score-post.ts';
import { aPost } from '../support/builders.ts';

const rules = createRuleScorer({ mode: 'finance' });
const scorePost = createScorePostStep(rules);

describe('scoring a post', () => {
  it('scores one instrument by the whole text', () => {
    const text = 'Earnings were great. $TIDE';
    const [tide, market] = scorePost(aPost(text));
    expect(tide?.score).to.equal(rules.score(text).score);
    expect(market).to.include({ instrumentId: 'market:all', score: tide?.score });
    expect(tide).to.include({
      label: 'POSITIVE',
      modelId: rules.modelId,
      modelVersion: rules.modelVersion,
    });
  });

  it('scores several by the clause of each: opposite views stay apart', () => {
    const drafts = scorePost(aPost('Sold all my $TIDE, it will crash, but $MOSS looks great'));
    const labels = new Map(drafts.map(({ instrumentId, label }) => [instrumentId, label]));
    expect(labels.get('crypto:TIDE-USD')).to.equal('NEGATIVE');
    expect(labels.get('crypto:MOSS-USD')).to.equal('POSITIVE');
  });

  it('bounds a clause by every place of the others, and by no further place of its own', () => {
    const calls: [number, number][][] = [];
    const spy: RuleScorer = {
      ...rules,
      scoreTarget: (text, targets, index, options) => {
        calls.push(targets.map(({ start, end }) => [start, end]));
        expect(index).to.equal(0);
        return rules.scoreTarget(text, targets, index, options);
      },
    };
    createScorePostStep(spy)(aPost('$A $B $A $B'));
    expect(calls).to.deep.equal([
      [
        [0, 2],
        [3, 5],
        [9, 11],
      ],
      [
        [3, 5],
        [0, 2],
        [6, 8],
      ],
    ]);
  });

  it('leaves out what is unsure, unresolved or only looks alike', () => {
    const post = aPost('$TIDE $MOSS $NRTH');
    const [tide, moss, nrth] = post.mentions;
    const mentions = [tide!, { ...moss!, confidence: 0.49 }, { ...nrth!, homoglyph: true }];
    const drafts = scorePost({ ...post, mentions });
    expect(drafts.map(({ instrumentId }) => instrumentId)).to.deep.equal([
      'crypto:TIDE-USD',
      'market:all',
    ]);
    expect(drafts[0]?.symbolCount).to.equal(1);
  });

  it('calls a post stuffed from the sixth cashtag on, resolved or not', () => {
    expect(scorePost(aPost('$TIDE $XXX $XXX $XXX $XXX'))[0]?.stuffed).to.equal(false);
    expect(scorePost(aPost('$TIDE $XXX $XXX $XXX $XXX $XXX'))[0]?.stuffed).to.equal(true);
  });

  it('skips other languages and texts it does not have, but counts them', () => {
    expect(scorePost(aPost('$TIDE ist toll', { lang: 'de' }))[0]).to.include({
      skipped: 'language',
      score: 0,
    });
    const unseen = scorePost({ ...aPost('$TIDE is great'), text: null });
    expect(unseen[0]).to.include({ skipped: 'empty', text: null, targetStart: null });
  });

  it('shows a text on only where the source lets us, for good', () => {
    const text = '$TIDE is great';
    expect(scorePost(aPost(text))[0]).to.include({ text, targetStart: 0 });
    expect(scorePost(aPost(text))[0]?.words).not.to.deep.equal([]);
    for (const post of [aPost(text, { redistributeText: false }), aPost(text, { eraseByUs: 1 })]) {
      expect(scorePost(post)[0]).to.include({ text: null, targetStart: null, targetEnd: null });
      expect(scorePost(post)[0]?.words).to.deep.equal([]);
    }
  });

  it('cuts a text between characters, with its words and its target', () => {
    const rocket = '🚀';
    const text = `great ${'a'.repeat(292)} ${rocket} awful $TIDE`; // the rocket takes units 299 and 300
    const [tide] = scorePost(aPost(text));
    expect(tide?.text).to.equal(text.slice(0, 299));
    expect(tide).to.include({ targetStart: null, targetEnd: null });
    expect(tide?.words.every(({ end }) => end <= 299)).to.equal(true);
    expect(tide?.words[0]).to.include({ start: 0, end: 5 });
  });

  it('shows no unit that a database refuses, and moves nothing by it', () => {
    const [tide] = scorePost(aPost('\u0000 half \uD83D great $TIDE'));
    expect(tide?.text).to.equal('\uFFFD half \uFFFD great $TIDE');
    expect(tide?.text?.slice(tide.targetStart ?? 0, tide.targetEnd ?? 0)).to.equal('$TIDE');
  });
});
