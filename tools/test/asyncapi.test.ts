import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Parser } from '@asyncapi/parser';
import { topics } from '@groundswell/schemas';
import { expect } from 'chai';
import { parse } from 'yaml';

interface Document {
  readonly channels: Readonly<
    Record<
      string,
      { readonly address: string; readonly tags?: readonly { readonly name: string }[] }
    >
  >;
}

/** Severities of the parser's rules: 0 is an error. */
const WARNING = 1;

const pathOf = (name: string): string =>
  fileURLToPath(new URL(`../../schemas/asyncapi/${name}.yaml`, import.meta.url));
const read = (name: string): Document => parse(readFileSync(pathOf(name), 'utf8')) as Document;

describe('the AsyncAPI documents', () => {
  for (const name of ['topics', 'live']) {
    it(`are valid AsyncAPI 3: ${name}`, async () => {
      const { diagnostics, document } = await new Parser().parse(
        readFileSync(pathOf(name), 'utf8'),
        {
          source: pathOf(name),
        },
      );
      const wrong = diagnostics.filter(
        ({ severity }: { readonly severity: number }) => severity <= WARNING,
      );
      expect(wrong.map(({ message, path }) => `${path.join('.')}: ${message}`)).to.deep.equal([]);
      expect(document).to.not.equal(undefined);
    }).timeout(20_000);
  }

  it('name every topic, and call public exactly those that are a promise (D13)', () => {
    const channels = Object.values(read('topics').channels);
    expect(channels.map(({ address }) => address)).to.have.members(Object.keys(topics));
    const open = channels.filter(({ tags }) => tags?.some(({ name }) => name === 'public'));
    expect(open.map(({ address }) => address)).to.have.members(
      Object.values(topics)
        .filter(({ compatibility }) => compatibility === 'FULL_TRANSITIVE')
        .map(({ name }) => name),
    );
  });

  it('are refused by the parser when they break the rules', async () => {
    const broken = readFileSync(pathOf('live'), 'utf8').replace(
      'asyncapi: 3.0.0\n',
      'asyncapi: 3.0.0\nnonsense: true\n',
    );
    const { diagnostics } = await new Parser().parse(broken);
    expect(
      diagnostics.filter(({ severity }: { readonly severity: number }) => severity < WARNING),
    ).to.not.deep.equal([]);
  }).timeout(20_000);
});
