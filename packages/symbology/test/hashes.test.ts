import { expect } from 'chai';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { contentHash, hammingDistance, normaliseText, simhash64 } from '../src/index.ts';

const post =
  'the quarter was better than feared and the board keeps the dividend where it was last spring';

describe('copies and near copies of a text (S64)', () => {
  it('normalises: lower case, no links, accounts or cashtags, single spaces', () => {
    const text =
      '  Look: $BRK.B and $aapl\n\n@some.one says https://a.example/x?y=1 UP\tbig  news.example/a ';
    expect(normaliseText(text)).to.equal('look: and says up big');
    expect(normaliseText('that costs $20, or $5k')).to.equal('that costs $20, or $5k');
  });

  it('hashes copies alike, whatever they link to or tag', () => {
    expect(contentHash('Buy NOW  $TIDE https://a.example/1')).to.equal(
      contentHash('buy now $MOSS'),
    );
    expect(contentHash('buy now')).not.to.equal(contentHash('buy later'));
    expect(contentHash('$TIDE')).to.equal(createHash('sha256').update('').digest('hex'));
    expect(contentHash('Ärger')).to.equal(createHash('sha256').update('ärger').digest('hex'));
  });

  it('has a SimHash of 16 hex digits from five words on', () => {
    expect(simhash64('one two three four')).to.equal('');
    expect(simhash64('one two three four $FIVE')).to.equal('');
    expect(simhash64('one two three four five')).to.match(/^[0-9a-f]{16}$/);
  });

  it('keeps its values: hashes of stored posts are compared with new ones', () => {
    expect(simhash64(post)).to.equal('2b51062116fee290');
  });

  it('puts an edited copy near and another text far', () => {
    const edited = post.replace('last spring', 'last autumn');
    const other =
      'we moved the whole team to another city because rents there are still sane for now';
    expect(hammingDistance(simhash64(post), simhash64(edited))).to.be.at.most(10);
    expect(hammingDistance(simhash64(post), simhash64(other))).to.be.greaterThan(10);
  });

  it('counts words: a text of one word is not one of its pairs', () => {
    const words = ['up', 'up', 'up', 'up', 'down'];
    expect(simhash64(words.join(' '))).not.to.equal(simhash64('up down up down up'));
  });

  it('has a distance that is symmetric, 0 for equals, 64 without a hash, and the count of differing bits', () => {
    const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const hex = (value: bigint): string => value.toString(16).padStart(16, '0');
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const differing = (a ^ b).toString(2).replaceAll('0', '').length;
        expect(hammingDistance(hex(a), hex(b))).to.equal(differing);
        expect(hammingDistance(hex(b), hex(a))).to.equal(differing);
      }),
    );
    expect(hammingDistance('', simhash64(post))).to.equal(64);
    expect(hammingDistance('', '')).to.equal(64);
  });
});
