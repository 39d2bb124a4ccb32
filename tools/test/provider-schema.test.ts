import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Attribute, Block, ProviderSchema } from '../verify/provider-schema/extract.ts';
import { bringUpToDate } from '../verify/provider-schema/newest.ts';
import { readNotedValues, withRules } from '../verify/provider-schema/values.ts';

/**
 * The stand-in for the provider: its schema comes from types of 2.71 and is brought up to those of a newer provider, which are written for
 * another tool and so under other names. A mistake here would let `terraform validate` take what the provider does not have.
 */

const argument = (name: string, type: unknown = 'string'): Attribute => ({
  name,
  type,
  required: false,
  optional: true,
  computed: true,
});
const demanded = (name: string): Attribute => ({
  ...argument(name),
  required: true,
  optional: false,
  computed: false,
});
const computed = (name: string): Attribute => ({ ...argument(name), optional: false });

const rule: Block = {
  attributes: [demanded('type'), demanded('value'), computed('uuid')],
  blocks: [],
};
const older: ProviderSchema = {
  resources: {
    digitalocean_wall: {
      attributes: [demanded('name'), argument('old_word'), argument('size_mib'), computed('urn')],
      blocks: [{ name: 'rule', set: true, min: 1, max: 0, block: rule }],
    },
    digitalocean_ruin: { attributes: [demanded('name')], blocks: [] },
  },
  dataSources: {},
};

const wall = `
export interface WallState {
    gate?: pulumi.Input<inputs.WallGate | undefined>;
    height?: pulumi.Input<number | undefined>;
    name?: pulumi.Input<string | undefined>;
    rules?: pulumi.Input<pulumi.Input<inputs.WallRule>[] | undefined>;
    sizeMib?: pulumi.Input<number | undefined>;
    stones?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    wallUrn?: pulumi.Input<string | undefined>;
}
export interface WallArgs {
    gate?: pulumi.Input<inputs.WallGate | undefined>;
    name?: pulumi.Input<string | undefined>;
    rules?: pulumi.Input<pulumi.Input<inputs.WallRule>[] | undefined>;
    sizeMib: pulumi.Input<number>;
    stones?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}
`;
const inner = `
export interface WallGate {
    enabled: pulumi.Input<boolean>;
}
export interface WallRule {
    type: pulumi.Input<string>;
    uuid?: pulumi.Input<string | undefined>;
}
`;

describe('the stand-in for the provider', () => {
  let dir = '';
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'newest-'));
    mkdirSync(join(dir, 'types'));
    writeFileSync(join(dir, 'types/input.d.ts'), inner);
    writeFileSync(join(dir, 'wall.d.ts'), wall);
  });
  after(() => {
    rmSync(dir, { recursive: true });
  });

  const newest = (): Block =>
    bringUpToDate(older, dir).resources['digitalocean_wall'] ?? { attributes: [], blocks: [] };
  const attribute = (name: string): Attribute | undefined =>
    newest().attributes.find((one) => one.name === name);
  const ruleBlock = (): Block | undefined =>
    newest().blocks.find((one) => one.name === 'rule')?.block;

  it('loses resources and arguments that the newer provider does not have', () => {
    expect(bringUpToDate(older, dir).resources).to.have.keys('digitalocean_wall');
    expect(attribute('old_word')).to.equal(undefined);
    expect(ruleBlock()?.attributes.map((one) => one.name)).to.deep.equal(['type', 'uuid']);
  });

  it('gets what is new: arguments, blocks, what only the provider sets', () => {
    expect(attribute('stones')).to.deep.equal(argument('stones', ['list', 'string']));
    expect(attribute('height')).to.deep.equal({ ...computed('height'), type: 'number' });
    const gate = newest().blocks.find((one) => one.name === 'gate');
    expect(gate).to.include({ min: 0, max: 1 });
    expect(gate?.block.attributes).to.deep.equal([{ ...demanded('enabled'), type: 'bool' }]);
  });

  it('takes over a changed type and a changed demand', () => {
    expect(attribute('size_mib')).to.deep.equal({ ...demanded('size_mib'), type: 'number' });
    expect(newest().blocks.find((one) => one.name === 'rule')?.min).to.equal(0);
  });

  it('keeps what the newer types do not tell: sets, names that are demanded, values that only the provider sets', () => {
    expect(newest().blocks.find((one) => one.name === 'rule')?.set).to.equal(true);
    expect(attribute('name')).to.deep.equal(demanded('name'));
    expect(attribute('urn')).to.deep.equal(computed('urn'));
    expect(ruleBlock()?.attributes).to.deep.include(computed('uuid'));
  });

  it('refuses a rule for a value that no argument has', () => {
    const noted = (path: string): Parameters<typeof withRules>[1] => ({
      digitalocean_wall: { sources: [], values: { [path]: { notEmpty: true } } },
    });
    const ruled = withRules(older, noted('rule.type')).resources['digitalocean_wall'];
    expect(ruled?.blocks[0]?.block.attributes[0]?.rule).to.deep.equal({ notEmpty: true });
    expect(() => withRules(older, noted('rule.kind'))).to.throw('digitalocean_wall rule.kind');
    expect(() => withRules(older, noted('kind.type'))).to.throw('digitalocean_wall kind.type');
  });

  it('has values for every resource that the modules order, each with its source', () => {
    const texts = globSync('terraform/**/*.tf').map((file) => readFileSync(file, 'utf8'));
    const used = texts.flatMap((text) => [...text.matchAll(/^resource "(\w+)"/gm)]);
    const noted = readNotedValues();
    expect(Object.keys(noted)).to.have.members([...new Set(used.map(([, type = '']) => type))]);
    for (const [type, { sources, values, documented }] of Object.entries(noted)) {
      expect(sources, type).to.not.be.empty;
      for (const one of Object.values({ ...values, ...documented })) {
        if ('pattern' in one) expect(() => new RegExp(one.pattern), type).to.not.throw();
        if ('oneOf' in one) expect(new Set(one.oneOf).size, type).to.equal(one.oneOf.length);
      }
    }
  });
});
