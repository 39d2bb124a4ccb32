import { createDatabase } from '@groundswell/postgres';
import { expect } from 'chai';
import fc from 'fast-check';
import { arrayTypesOf, encodeArray } from '../src/binary-arrays.ts';

function url(): string {
  const found = process.env['DATABASE_URL'];
  if (found === undefined) throw new Error('DATABASE_URL is not set: start it by `npm test`');
  return found;
}

/** Postgres has no text with the character 0, and lone surrogates are no Unicode. */
const text = fc
  .string({ unit: 'binary', maxLength: 40 })
  .filter((value) => !value.includes('\0') && value.isWellFormed());
const nullable = <T>(items: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> =>
  fc.array(fc.option(items), { maxLength: 30 });
const MAX_BIGINT = 2n ** 63n - 1n;

describe('arrays in binary form, read back from a real Postgres', function () {
  this.timeout(60_000);
  const database = createDatabase({
    url: url(),
    lane: 'binary-arrays',
    applicationName: 'binary-arrays-test',
  });
  after(() => database.close());

  const echo = async <T>(type: string, items: readonly unknown[]): Promise<T[]> => {
    const rows = await database.query<{ item: T }>(
      `SELECT item FROM unnest($1::${type}[]) WITH ORDINALITY AS i (item, at) ORDER BY at`,
      [items as never],
    );
    return rows.map(({ item }) => item);
  };

  it('texts, whatever they hold', () =>
    fc.assert(
      fc.asyncProperty(nullable(text), async (items) => {
        expect(await echo('text', items)).to.deep.equal(items);
      }),
      { numRuns: 60 },
    ));

  it('bytes', () =>
    fc.assert(
      fc.asyncProperty(nullable(fc.uint8Array({ maxLength: 90 })), async (items) => {
        const back = await echo<Buffer | null>('bytea', items);
        expect(back.map((item) => item && [...item])).to.deep.equal(
          items.map((item) => item && [...item]),
        );
      }),
      { numRuns: 60 },
    ));

  it('whole numbers: as numbers, as bigints, as the texts that Postgres gave', () =>
    fc.assert(
      fc.asyncProperty(
        nullable(
          fc.oneof(
            fc.maxSafeInteger(),
            fc.bigInt({ min: -MAX_BIGINT - 1n, max: MAX_BIGINT }),
            fc.maxSafeInteger().map(String),
          ),
        ),
        async (items) => {
          expect(await echo('bigint', items)).to.deep.equal(
            items.map((item) => (item === null ? null : BigInt(item).toString())),
          );
        },
      ),
      { numRuns: 60 },
    ));

  it('documents', () =>
    fc.assert(
      fc.asyncProperty(nullable(fc.dictionary(text, text)), async (items) => {
        const back = await echo(
          'jsonb',
          items.map((item) => item && JSON.stringify(item)),
        );
        expect(back).to.deep.equal(items.map((item) => item && { ...item }));
      }),
      { numRuns: 60 },
    ));

  it('arrays larger than what is kept between calls', async () => {
    const items = [new Uint8Array(3_000_000).fill(7), new Uint8Array(2).fill(9)];
    const back = await echo<Buffer>('bytea', items);
    expect(back.map((item) => [item.length, item[0]])).to.deep.equal([
      [3_000_000, 7],
      [2, 9],
    ]);
  });
});

describe('arrays in binary form', () => {
  it('are known by the casts of a statement', () => {
    const types = arrayTypesOf(
      'SELECT $1, unnest($3::text[], $2::bigint[]), $12::bytea[], $4::int[]',
    );
    expect([...types]).to.deep.equal([
      [2, 'text'],
      [1, 'bigint'],
      [11, 'bytea'],
    ]);
  });

  it('refuse elements of another type, and numbers that are not exact', () => {
    for (const [type, item] of [
      ['text', 1],
      ['bytea', 'x'],
      ['jsonb', 1n],
      ['bigint', 0.5],
      ['bigint', 2 ** 53],
      ['bigint', 2n ** 63n],
      ['bigint', 'x'],
    ] as const) {
      expect(() => encodeArray(type, [item])).to.throw('element of another type');
    }
  });
});
