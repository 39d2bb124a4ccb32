import type { MoodBatch } from '@groundswell/oracle';
import { recordMaps, type SymbolSentiment } from '@groundswell/schemas';
import { expect } from 'chai';

/** Every field of the oracle's window: doubles to 1e-9 of their size (C2), everything else exactly. */
export function expectWindow(record: SymbolSentiment, expected: MoodBatch): void {
  const { entity, window_size_ms, window_start_ms, ...values } = expected;
  const at = `${entity} ${window_size_ms} ${window_start_ms}`;
  expectFields(recordMaps.SymbolSentiment.toJson(record), values, at);
}

function expectFields(actual: object, expected: object, at: string): void {
  const fields = actual as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(expected) as [string, unknown][]) {
    const found = fields[name];
    const path = `${at} ${name}`;
    if (name === 'raw' || name === 'weighted') expectFields(found as object, value as object, path);
    else if (typeof value !== 'number' || typeof found !== 'number') {
      expect(found, path).to.deep.equal(value);
    } else {
      const bound = 1e-9 * Math.max(1, Math.abs(value));
      expect(Math.abs(found - value), `${path}: ${found} is not ${value}`).to.be.at.most(bound);
    }
  }
}
