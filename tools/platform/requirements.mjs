/**
 * What must be on the machine before anything else, checked by plain JavaScript without dependencies: the bootstrap runs
 * it under an old Node, before `npm ci`.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const partsDir = fileURLToPath(new URL('../../.groundswell/parts', import.meta.url));

export const requirements = [
  {
    tool: 'Node',
    wanted: '>= 20',
    why: 'it runs this script, which then goes on under the Node that npm installs',
    apt: 'apt-get install nodejs',
    brew: 'brew install node',
    forParts: false,
    needed: () => true,
    find: async () => process.versions.node,
    isEnough: (version) => major(version) >= 20,
  },
  {
    tool: 'npm',
    wanted: '>= 9',
    why: 'it installs the packages that package-lock.json names',
    apt: 'apt-get install npm',
    brew: 'brew install node',
    forParts: false,
    needed: () => true,
    find: async (env) => (await output('npm', ['--version'], env))?.trim(),
    isEnough: (version) => major(version) >= 9,
  },
  {
    tool: 'JDK',
    wanted: '>= 17',
    why: 'Kafka and the schema registry run on it',
    apt: 'apt-get install openjdk-17-jre-headless',
    brew: 'brew install openjdk@17',
    forParts: true,
    needed: needsJava,
    find: async (env) =>
      firstMatch(await output(javaCommand(env), ['-version'], env), /version "([^"]+)"/),
    isEnough: (version) => major(version) >= 17,
  },
  {
    tool: 'Maven',
    wanted: '>= 3.8',
    why: 'it downloads Kafka and the schema registry',
    apt: 'apt-get install maven',
    brew: 'brew install maven',
    forParts: true,
    needed: needsMaven,
    find: async (env) =>
      firstMatch(await output('mvn', ['--version'], env), /Apache Maven (\d[\w.-]*)/),
    isEnough: (version) => major(version) > 3 || (major(version) === 3 && minor(version) >= 8),
  },
];

/** Checks everything at once. Each finding: the requirement, the version found, and whether that will do. */
export async function checkRequirements(env) {
  return Promise.all(
    requirements.map(async (requirement) => {
      const needed = requirement.needed(env);
      const found = await requirement.find(env);
      return {
        requirement,
        found,
        needed,
        ok: !needed || (found !== undefined && requirement.isEnough(found)),
      };
    }),
  );
}

/** One sentence for a tool that is missing or too old: which, why, and how to install it. */
export function missingToolSentence({ requirement, found }) {
  const { tool, wanted, why, apt, brew } = requirement;
  const state = found === undefined ? 'was not found' : `is too old (${found})`;
  return `${tool} ${wanted} ${state}: ${why}; install it with \`${apt}\` or \`${brew}\`.`;
}

/** `java` of JAVA_HOME if that names one, else of PATH. */
export function javaCommand(env) {
  const java = env.JAVA_HOME ? path.join(env.JAVA_HOME, 'bin', 'java') : undefined;
  return java !== undefined && fs.existsSync(java) ? java : 'java';
}

/** Both JVM parts come from the environment: then neither Java nor Maven is needed. */
function needsJava(env) {
  return !env.KAFKA_BROKERS || !env.SCHEMA_REGISTRY_URL;
}

/** Nothing is downloaded twice: what is there keeps working without Maven. */
function needsMaven(env) {
  const isDownloaded = (part) => fs.existsSync(path.join(partsDir, part, '.complete.json'));
  return (
    (!env.KAFKA_BROKERS && !isDownloaded('kafka')) ||
    (!env.SCHEMA_REGISTRY_URL && !isDownloaded('registry'))
  );
}

/** What the command prints on either stream; undefined if it cannot be run. */
function output(command, args, env) {
  return new Promise((resolve) => {
    execFile(command, args, { env, timeout: 20000 }, (error, stdout, stderr) => {
      resolve(error ? undefined : `${stdout}${stderr}`);
    });
  });
}

function firstMatch(text, pattern) {
  return text?.match(pattern)?.[1];
}

function major(version) {
  return Number.parseInt(version, 10);
}

function minor(version) {
  return Number.parseInt(version.split('.')[1] ?? '0', 10);
}
