import type { InvestorValues } from '@groundswell/oracle';
import { recordMaps, type InvestorBehaviour } from '@groundswell/schemas';
import { expect } from 'chai';

/** Every field of the oracle: texts, counts and structure must be equal, other numbers to 1e-9 of their size (C2). */
export function expectEqual(actual: InvestorBehaviour, expected: InvestorValues): void {
  const json = recordMaps.InvestorBehaviour.toJson(actual) as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(expected)) same(json[name], value, name);
}

function same(actual: unknown, expected: unknown, path: string): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    if (Number.isInteger(expected)) expect(actual, path).to.be.closeTo(expected, 1e-12);
    else expect(actual, path).to.be.closeTo(expected, 1e-9 * Math.max(1, Math.abs(expected)));
  } else if (isObject(actual) && isObject(expected)) {
    expect(Object.keys(actual), path).to.have.members(Object.keys(expected));
    for (const key of Object.keys(expected)) same(actual[key], expected[key], `${path}.${key}`);
  } else expect(actual, path).to.equal(expected);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
