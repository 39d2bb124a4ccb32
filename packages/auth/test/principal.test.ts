import { expect } from 'chai';
import { canReadInvestor, investorAccess, type Principal, type Scope } from '../src/index.ts';

const MINE = `v1:${'a'.repeat(43)}`;
const THEIRS = `v1:${'b'.repeat(43)}`;

function holding(scopes: readonly Scope[], investorKey: string | null = null): Principal {
  return { subject: 's', tokenId: 't', expiresAtMs: 0, scopes: new Set(scopes), investorKey };
}

describe('private data of an investor', () => {
  it('is open to the investor alone, without audit', () => {
    const me = holding(['investor:self'], MINE);
    expect(investorAccess(me, MINE)).to.equal('own');
    expect(investorAccess(me, THEIRS)).to.equal('refused');
  });

  it('is open to ops and admin, audited', () => {
    expect(investorAccess(holding(['ops']), MINE)).to.equal('audited');
    expect(investorAccess(holding(['admin']), MINE)).to.equal('audited');
  });

  it('is closed to viewers, to analysts and to a key without its scope', () => {
    expect(canReadInvestor(holding(['features:read']), MINE)).to.equal(false);
    expect(canReadInvestor(holding(['features:read', 'history:read']), MINE)).to.equal(false);
    expect(canReadInvestor(holding(['features:read'], MINE), MINE)).to.equal(false);
  });
});
