import { expect } from 'chai';
import { createRuleScorer } from '@groundswell/sentiment';
import { createPredictor, type Prediction, type PredictText } from '../../src/core/predictor.ts';

const scorer = createRuleScorer({ mode: 'finance' });

function predictor() {
  const { predict } = createPredictor(scorer);
  return (item: PredictText | string, nowMs = 0): Prediction => {
    const found = predict(typeof item === 'string' ? { text: item } : item, nowMs);
    if ('unknownTarget' in found) throw new TypeError(found.unknownTarget);
    return found;
  };
}

describe('predictor', () => {
  it('remembers an answer for an hour', () => {
    const predict = predictor();
    expect(predict('great').cached).to.equal(false);
    expect(predict('great', 3_600_000).cached).to.equal(true);
    expect(predict('great', 3_600_001).cached).to.equal(false);
    // The clock of the answer began anew.
    expect(predict('great', 7_200_001).cached).to.equal(true);
  });

  it('remembers a bounded number of answers, the last used ones', () => {
    const predict = predictor();
    predict('kept');
    for (let i = 0; i < 1999; i++) predict(`text ${i}`);
    expect(predict('kept').cached).to.equal(true);
    predict('one more');
    expect(predict('kept').cached).to.equal(true);
    expect(predict('text 0').cached).to.equal(false);
  });

  it('tells texts from targets, and targets in another order from each other', () => {
    const predict = predictor();
    predict({ text: 'A great, B terrible', targets: ['A', 'B'] });
    expect(predict({ text: 'A great, B terrible', targets: ['B', 'A'] }).cached).to.equal(false);
    expect(predict('A great, B terrible').cached).to.equal(false);
    expect(predict({ text: 'A great, B terrible', targets: ['A', 'B'] }).cached).to.equal(true);
  });

  it('says which target is not in the text, and remembers nothing of it', () => {
    const { predict } = createPredictor(scorer);
    expect(predict({ text: 'up', targets: ['$TIDE'] }, 0)).to.deep.equal({
      unknownTarget: '$TIDE',
    });
  });
});
