import { expect } from 'chai';
import { logicalTypeChanges } from '../deploy-schemas/logical-types.ts';

type FieldType = string | object;

function schema(fields: Readonly<Record<string, FieldType>>): string {
  return JSON.stringify({
    type: 'record',
    name: 'R',
    fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
  });
}
const decimal = (scale: number, precision = 38): object => ({
  type: 'bytes',
  logicalType: 'decimal',
  precision,
  scale,
});
const micros = { type: 'long', logicalType: 'timestamp-micros' };

describe('the check of logical types (W10)', () => {
  it('finds nothing where nothing changed', () => {
    const text = schema({
      price: decimal(18),
      at: micros,
      tags: { type: 'array', items: 'string' },
    });
    expect(logicalTypeChanges(text, text)).to.deep.equal([]);
  });

  it('finds another scale, precision or logical type', () => {
    const before = schema({ price: decimal(12), size: decimal(18, 20), at: micros, raw: 'bytes' });
    const after = schema({ price: decimal(18), size: decimal(18), at: 'long', raw: decimal(18) });
    expect(logicalTypeChanges(before, after)).to.deep.equal([
      'price: decimal(38, 12) became decimal(38, 18)',
      'size: decimal(20, 18) became decimal(38, 18)',
      'at: timestamp-micros became long',
      'raw: bytes became decimal(38, 18)',
    ]);
  });

  it('looks into unions, arrays, maps and nested records, also where a type is named again', () => {
    const leg = (scale: number): object => ({
      type: 'record',
      name: 'Leg',
      namespace: 'x',
      fields: [{ name: 'price', type: ['null', decimal(scale)] }],
    });
    const build = (scale: number): string =>
      schema({
        first: leg(scale),
        again: { type: 'array', items: 'x.Leg' },
        byName: { type: 'map', values: ['null', 'Leg'] },
      });
    expect(logicalTypeChanges(build(12), build(18))).to.deep.equal([
      'first.price: decimal(38, 12) became decimal(38, 18)',
      'again[].price: decimal(38, 12) became decimal(38, 18)',
      'byName{}.price: decimal(38, 12) became decimal(38, 18)',
    ]);
  });

  it('leaves new and removed fields to the registry', () => {
    expect(
      logicalTypeChanges(schema({ a: decimal(12) }), schema({ b: decimal(18) })),
    ).to.deep.equal([]);
  });

  it('ends on a type that contains itself', () => {
    const tree = schema({ price: decimal(18), child: ['null', 'R'] });
    expect(logicalTypeChanges(tree, tree)).to.deep.equal([]);
  });
});
