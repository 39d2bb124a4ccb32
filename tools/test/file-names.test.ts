import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'chai';

/** ST10: the runner finds tests by their names, so a file with another name would never run and nobody would notice. */

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.(property|integration|e2e))?\.test\.ts$/;
/** Where `tools/test.ts` looks. */
const PLACE = /^(schemas|packages\/[^/]+|services\/[^/]+|tools|e2e|bench)\/test\//;

const files = globSync('{schemas,packages,services,tools,e2e,bench}/**/*.ts', {
  exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path),
}).filter((file) => !/\/(node_modules|dist)\//.test(file));
const textOf = (file: string): string => readFileSync(file, 'utf8');

const tests = files.filter((file) => file.endsWith('.test.ts'));
const suites = files.filter(
  (file) => file.includes('/test/') && /^\s*describe\(/m.test(textOf(file)),
);

describe('names of test files (ST10)', () => {
  it('has tests to look at', () => {
    expect(tests.length).to.be.greaterThan(50);
    expect(suites.length).to.be.at.least(tests.length - 5);
  });

  it('has every *.test.ts where the runner looks, with a suffix that the runner knows', () => {
    const wrong = tests.filter((file) => !PLACE.test(file) || !NAME.test(basename(file)));
    expect(wrong).to.deep.equal([]);
  });

  it('describes nothing in a file that the runner would pass over', () => {
    const lost = suites.filter(
      (file) => !file.endsWith('.test.ts') && /^describe\(/m.test(textOf(file)),
    );
    expect(lost).to.deep.equal([]);
  });

  it('has somebody who imports each shared suite', () => {
    const shared = suites.filter((file) => !file.endsWith('.test.ts'));
    const imported = (file: string): boolean =>
      files.some(
        (other) => other.includes('/test/') && textOf(other).includes(`/${basename(file)}'`),
      );
    expect(shared.filter((file) => !imported(file))).to.deep.equal([]);
  });

  it('tells a file that never runs from one that does', () => {
    expect(NAME.test('orders.test.ts') && NAME.test('orders.property.test.ts')).to.equal(true);
    expect(NAME.test('orders.tests.ts') || NAME.test('orders.slow.test.ts')).to.equal(false);
  });
});
