import { expect } from 'chai';
import { createStatementNames } from '../src/statement-names.ts';

describe('names of prepared statements', () => {
  it('gives a text the same name each time and another text another one', () => {
    const nameOf = createStatementNames();
    const first = nameOf('SELECT $1');
    expect(first).to.be.a('string');
    expect(nameOf('SELECT $2')).not.to.equal(first);
    expect(nameOf('SELECT $1')).to.equal(first);
  });

  it('leaves texts without a name once there are too many, and keeps the names that it gave', () => {
    const nameOf = createStatementNames(1);
    const first = nameOf('SELECT $1');
    expect(nameOf('SELECT $2')).to.equal(undefined);
    expect(nameOf('SELECT $1')).to.equal(first);
  });
});
