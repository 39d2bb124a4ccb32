import { expect } from 'chai';
import fc from 'fast-check';
import { decodeRecords, holdsPlain, RecordBytes, type Version } from '../src/record-codec.ts';
import { compareOrder, orderKey, type Print } from '../src/index.ts';

const START_US = 1_700_000_000_000_000;
const wide = fc.bigInt(-(10n ** 38n), 10n ** 38n);
const id = fc.oneof(fc.constantFrom('1 a\n1 a', ' ', '', 'é€😀'), fc.string());
const print: fc.Arbitrary<Print> = fc
  .record({
    id,
    micros: fc.nat(999_999),
    seq: fc.option(fc.maxSafeInteger(), { nil: null }),
    priceE18: wide,
    sizeE18: fc.oneof(wide, fc.constant(10n ** 18n)),
    priceOk: fc.boolean(),
    volOk: fc.boolean(),
  })
  .map(({ micros, ...fields }) => {
    const tsUs = START_US + micros;
    return { ...fields, tsUs, tsMs: Math.floor(tsUs / 1000) };
  });
const version: fc.Arbitrary<Version> = fc.record({
  print,
  fromLevel: fc.nat(8),
  toLevel: fc.nat(9),
  correctionId: fc.option(id, { nil: null }),
  cancelled: fc.boolean(),
});

describe('stored records', () => {
  it('come back as they were, whatever their ids hold', () => {
    fc.assert(
      fc.property(fc.array(print), fc.array(version), (prints, versions) => {
        const records = new RecordBytes();
        for (const one of prints) records.addPrint(one, START_US);
        for (const one of versions) records.addVersion(one, START_US);
        expect(decodeRecords(records.bytes, START_US)).to.deep.equal({ prints, versions });
      }),
    );
  });

  it('are found by their id', () => {
    fc.assert(
      fc.property(fc.array(print), id, (prints, wanted) => {
        const records = new RecordBytes();
        for (const one of prints) records.addPrint(one, START_US);
        const held = prints.some((one) => one.id === wanted);
        expect(holdsPlain(records.bytes, wanted)).to.equal(held);
      }),
    );
  });
});

describe('the order of prints', () => {
  it('is that of their order keys, then of their ids', () => {
    fc.assert(
      fc.property(print, print, (a, b) => {
        const [x, y] = [orderKey(a.tsUs, a.seq), orderKey(b.tsUs, b.seq)];
        const byKey = x.tsMs - y.tsMs || x.seq - y.seq;
        const byId = a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
        expect(Math.sign(compareOrder(a, b))).to.equal(Math.sign(byKey || byId));
      }),
    );
  });
});
