/**
 * `npm run check:schemas -- [--against <git ref>]`: would a registry that holds the schemas of the default branch take ours? Starts a real
 * registry on a free port, registers what the ref has, then deploys the working tree's as the deploy step does: same level, same check of
 * logical types. Ends non-zero when one is refused.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { SchemaIncompatibleError, createRegistryClient, subjectOf } from '@groundswell/kafka';
import type { TopicName } from '@groundswell/schemas';
import { deploySchema } from './deploy-schemas/deploy.ts';
import { readSchemas } from './generate/avro-model.ts';
import { readTopics } from './generate/catalogue.ts';
import { startPlatform } from './platform/index.ts';

const rootDir = join(import.meta.dirname, '..');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { against } = new Command('check-schemas')
  .description('Compare the schemas with those of a commit, by a real registry.')
  .option('--against <ref>', 'commit, branch or tag', 'origin/main')
  .parse()
  .opts<{ readonly against: string }>();

const workDir = mkdtempSync(join(tmpdir(), 'gw-schemas-'));
const baseDir = join(workDir, 'base');
mkdirSync(baseDir);
const archive = execFileSync('git', ['archive', against, 'schemas/avro', 'schemas/topics.yaml'], {
  cwd: rootDir,
});
execFileSync('tar', ['-x', '-C', baseDir], { input: archive });

/** Topic -> level and text of its record, of one tree. */
function contractsOf(
  dir: string,
): ReadonlyMap<string, { readonly level: string; readonly text: string }> {
  const texts = new Map(
    readSchemas(join(dir, 'schemas/avro')).map(({ id, text }) => [id, text] as const),
  );
  const topics = Object.entries(readTopics(join(dir, 'schemas/topics.yaml')));
  return new Map(
    topics.map(([topic, { schema, compatibility }]) => [
      topic,
      { level: compatibility, text: texts.get(schema) ?? '' },
    ]),
  );
}

const before = contractsOf(baseDir);
const now = contractsOf(rootDir);
const platform = await startPlatform({
  stateDir: join(workDir, 'platform'),
  only: ['postgres', 'registry'],
  ports: 'free',
  env: process.env,
});
let refused = 0;
try {
  const registry = createRegistryClient({ url: platform.schemaRegistryUrl, timeoutMs: 10_000 });
  for (const [topic, contract] of before) {
    await deploySchema(registry, { subject: subjectOf(topic as TopicName), ...contract });
  }
  for (const [topic, contract] of now) {
    try {
      const { schema } = await deploySchema(registry, {
        subject: subjectOf(topic as TopicName),
        ...contract,
      });
      say(`✔ ${topic}: ${before.has(topic) ? schema : 'new'}`);
    } catch (thrown) {
      if (!(thrown instanceof SchemaIncompatibleError)) throw thrown;
      refused += 1;
      say(`✖ ${thrown.message}`);
    }
  }
  for (const topic of before.keys()) {
    if (!now.has(topic))
      say(`- ${topic}: no longer in the catalogue; its log stays until it is deleted`);
  }
} finally {
  await platform.stop();
  if (existsSync(workDir)) rmSync(workDir, { recursive: true, force: true });
}
say(`${now.size - refused} of ${now.size} schemas can follow those of ${against}`);
process.exitCode = refused === 0 ? 0 : 1;
