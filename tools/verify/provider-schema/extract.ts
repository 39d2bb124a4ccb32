import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from './values.ts';

/**
 * The schema of the DigitalOcean provider, read from the npm package that types it for cdktf: argument names, which are required,
 * blocks, and what is computed. Types of computed objects are left open ("dynamic"). It describes 2.71; `newest.ts` brings it up to date.
 */
export interface Attribute {
  readonly name: string;
  /** cty type in JSON: `"string"`, `["list","string"]`. */
  readonly type: unknown;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  /** What the provider takes as its value (`values.ts`); undefined: anything of the type. */
  readonly rule?: Rule;
}
export interface Block {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly NestedBlock[];
}
export interface NestedBlock {
  readonly name: string;
  readonly set: boolean;
  readonly min: number;
  /** 0: any number. */
  readonly max: number;
  readonly block: Block;
}
export interface ProviderSchema {
  readonly resources: Readonly<Record<string, Block>>;
  readonly dataSources: Readonly<Record<string, Block>>;
}

/** A member of a config interface, named as in Terraform. */
interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: string;
}

const computedTypes: Readonly<Record<string, unknown>> = {
  string: 'string',
  number: 'number',
  'cdktf.IResolvable': 'bool',
  'string[]': ['list', 'string'],
  'number[]': ['list', 'number'],
  'cdktf.StringMap': ['map', 'string'],
};

/** A list of objects inside of a block: there the protocol takes no open type, and nobody reads them. */
const openList = ['list', ['object', {}]];

/** @param wanted resource and data source types to read: the rest of the package is large and, for some, recursive. */
export function readProviderSchema(
  packageDir: string,
  wanted: ReadonlySet<string>,
): ProviderSchema {
  const resources: Record<string, Block> = {};
  const dataSources: Record<string, Block> = {};
  for (const file of globSync('lib/*/index.d.ts', { cwd: packageDir })) {
    const types = readFileSync(join(packageDir, file), 'utf8');
    const code = readFileSync(join(packageDir, file.replace('.d.ts', '.js')), 'utf8');
    const name = /tfResourceType = "(\w+)"/.exec(code)?.[1];
    const config = /export interface (\w+) extends cdktf\.TerraformMetaArguments/.exec(types)?.[1];
    if (name === undefined || config === undefined || !wanted.has(name)) continue;
    const isData = /class \w+ extends cdktf\.TerraformDataSource/.test(types);
    const block = readBlock(config, types, setBlocks(code));
    const owner = /export declare class \w+ extends cdktf\.Terraform(?:Resource|DataSource) /;
    (isData ? dataSources : resources)[name] = withComputed(block, owner, types, 'dynamic');
  }
  return { resources, dataSources };
}

/** Names of blocks whose order does not count. */
function setBlocks(code: string): ReadonlySet<string> {
  const block = /^ +(\w+): \{\n +value: .*\n +isBlock: true,\n +type: "set"/gm;
  return new Set([...code.matchAll(block)].map(([, name = '']) => name));
}

function readBlock(name: string, types: string, sets: ReadonlySet<string>): Block {
  const attributes: Attribute[] = [];
  const blocks: NestedBlock[] = [];
  for (const member of readMembers(name, types)) {
    const inner = /^[A-Z]\w*/.exec(member.type)?.[0];
    const type = attributeType(member.type) ?? (inner === undefined ? 'dynamic' : undefined);
    const required = !member.isOptional;
    if (type !== undefined || inner === undefined) {
      attributes.push({
        name: member.name,
        type,
        required,
        optional: !required,
        computed: !required,
      });
      continue;
    }
    blocks.push({
      name: member.name,
      set: sets.has(member.name),
      min: required ? 1 : 0,
      max: member.type.includes('[]') ? 0 : 1,
      block: withComputed(
        readBlock(inner, types, sets),
        new RegExp(`export declare class ${inner}OutputReference `),
        types,
        openList,
      ),
    });
  }
  return { attributes, blocks };
}

function readMembers(name: string, types: string): readonly Member[] {
  const start = types.indexOf(`export interface ${name} `);
  if (start === -1) return [];
  const lines = types.slice(start, types.indexOf('\n}', start)).split('\n');
  const members: Member[] = [];
  let inTerraform = '';
  for (const [index, line] of lines.entries()) {
    // The comment above a member links to its name in the provider's manual.
    inTerraform = /\{@link \S+#(\w+) /.exec(line)?.[1] ?? inTerraform;
    const member = /^ {4}readonly \w+(\??): (.*)$/.exec(line);
    if (member === null || inTerraform === '') continue;
    const [, mark, type = ''] = member;
    const whole = type === '{' ? `{ ${(lines[index + 1] ?? '').trim()}` : type.replace(/;$/, '');
    members.push({ name: inTerraform, isOptional: mark === '?', type: whole });
    inTerraform = '';
  }
  return members;
}

function attributeType(type: string): unknown {
  if (/^string$/.test(type)) return 'string';
  if (/^number$/.test(type)) return 'number';
  if (/^boolean \| cdktf\.IResolvable$/.test(type)) return 'bool';
  if (type.startsWith('string[]')) return ['list', 'string'];
  if (type.startsWith('number[]')) return ['list', 'number'];
  if (/^\{\s*\[key: string\]: string/.test(type)) return ['map', 'string'];
  return undefined;
}

/**
 * Adds the getters of a class that are not arguments: what only the provider sets.
 * @param other type of what is no simple value
 */
function withComputed(block: Block, owner: RegExp, types: string, other: unknown): Block {
  const start = types.search(owner);
  if (start === -1) return block;
  const known = new Set([...block.attributes, ...block.blocks].map((one) => one.name));
  const computed = [
    ...types.slice(start, types.indexOf('\n}', start)).matchAll(/^ {4}get (\w+)\(\): (.+);$/gm),
  ]
    .filter(([, name = '']) => !name.endsWith('Input') && name !== 'internalValue')
    .map(([, name = '', type = '']) => ({
      name: snakeCase(name),
      type: computedTypes[type] ?? other,
      required: false,
      optional: false,
      computed: true,
    }))
    .filter((one) => !known.has(one.name));
  return { ...block, attributes: [...block.attributes, ...computed] };
}

/** `privateUri` as Terraform writes it: `private_uri`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
