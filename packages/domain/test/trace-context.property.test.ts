import { expect } from 'chai';
import fc from 'fast-check';
import { formatTraceparent, parseTraceparent } from '../src/index.ts';

const hex = (length: number) =>
  fc.string({
    unit: fc.nat(15).map((digit) => digit.toString(16)),
    minLength: length,
    maxLength: length,
  });
const id = (length: number) => hex(length).filter((text) => !/^0+$/.test(text));
const context = fc.record({ traceId: id(32), spanId: id(16), sampled: fc.boolean() });

// The example of the recommendation, section 3.2.4.
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('reads as in the recommendation', () => {
    const expected = { traceId: TRACE, spanId: SPAN, sampled: true };
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).to.deep.equal(expected);
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)?.sampled).to.equal(false);
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(context, (one) => {
        expect(parseTraceparent(formatTraceparent(one))).to.deep.equal(one);
        expect(formatTraceparent(one)).to.match(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      }),
    );
  });

  it('keeps of the flags only the one that version 00 defines', () => {
    fc.assert(
      fc.property(context, fc.nat(255), ({ traceId, spanId }, flags) => {
        const text = `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;
        const read = parseTraceparent(text);
        expect(read?.sampled).to.equal(flags % 2 === 1);
      }),
    );
  });

  it('of a later version is read as far as it is known, and ff is none', () => {
    fc.assert(
      fc.property(context, id(2), fc.string(), ({ traceId, spanId }, version, more) => {
        const text = `${version}-${traceId}-${spanId}-01`;
        const isValid = version !== 'ff';
        expect(parseTraceparent(text) !== null).to.equal(isValid);
        const isOneLine = !/[\n\r\u2028\u2029]/.test(more);
        expect(parseTraceparent(`${text}-${more}`) !== null).to.equal(isValid && isOneLine);
        expect(parseTraceparent(`${text}.${more}`)).to.equal(null);
      }),
    );
  });

  it('is dropped when it is not one, without an error', () => {
    const valid = `00-${TRACE}-${SPAN}-01`;
    for (const text of [
      '',
      ` ${valid}`,
      `${valid} `,
      `${valid}\n`,
      `${valid}-more`,
      valid.toUpperCase(),
      `ff-${TRACE}-${SPAN}-01`,
      `00-${'0'.repeat(32)}-${SPAN}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `00-${TRACE}-${SPAN}-1`,
      `00-${TRACE}-${SPAN}`,
      `00-${TRACE.slice(1)}-${SPAN}-01`,
    ]) {
      expect(parseTraceparent(text), JSON.stringify(text)).to.equal(null);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseTraceparent(text)).to.equal(null);
      }),
    );
  });
});
