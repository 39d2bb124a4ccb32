/**
 * M8 of reliability-tests.md section 5: each broken comparison must end with another slot than the real script, so that the tests of
 * the real one are known to be able to fail (T1).
 */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { packValue, unpackValue, type SlotVersion } from '../src/index.ts';
import { connect, redisUrl } from './rig.ts';

const script = readFileSync(new URL('../scripts/project.lua', import.meta.url), 'utf8');

function mutate(from: string, to: string): string {
  expect(script, `the script no longer contains: ${from}`).to.include(from);
  return script.replace(from, to);
}

const v = (windowStartUs: number, ver: number): SlotVersion => ({ lineage: 1, windowStartUs, ver });

const mutants: readonly {
  readonly name: string;
  readonly text: () => string;
  readonly input: readonly SlotVersion[];
  readonly right: SlotVersion;
}[] = [
  {
    name: 'without a version check',
    text: () => mutate('if current then', 'if false then'),
    input: [v(1, 2), v(1, 1)],
    right: v(1, 2),
  },
  {
    name: 'comparing texts',
    text: () => mutate('ver > ver0', 'string.format("%d", ver) > string.format("%d", ver0)'),
    input: [v(1, 9), v(1, 10)],
    right: v(1, 10),
  },
  {
    name: 'by lineage and version alone',
    text: () => mutate('start ~= start0', 'false'),
    input: [v(1, 50), v(2, 1)],
    right: v(2, 1),
  },
];

describe('a projection that compares wrongly (M8)', () => {
  for (const { name, text, input, right } of mutants) {
    it(`is seen: ${name}`, async () => {
      const { redis, close } = connect(redisUrl());
      const end = async (lua: string): Promise<SlotVersion> => {
        const slot = redis.keys.slot({ featureSet: 'f', entity: 'e', windowSizeMs: 1 });
        await redis.run((it) => it.del(slot));
        await redis.run((it) => it.set(redis.keys.epoch, 'x'));
        for (const version of input) {
          const value = packValue(version, version);
          await redis.run((it) =>
            it.eval(lua, 3, redis.keys.epoch, redis.keys.rebuild, slot, 'x', '', '', value),
          );
        }
        const bytes = await redis.run((it) => it.getBuffer(slot));
        if (bytes === null) throw new Error('nothing was written');
        const { lineage, windowStartUs, ver } = unpackValue(bytes);
        return { lineage, windowStartUs, ver };
      };
      expect(await end(script)).to.deep.equal(right);
      expect(await end(text())).not.to.deep.equal(right);
      await close();
    });
  }
});
