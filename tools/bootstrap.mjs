/**
 * Runs a script of this repository on a machine that has nothing but an old Node: checks the tools, installs the
 * packages, and goes on under the Node that is one of them.
 *
 *   node tools/bootstrap.mjs tools/start.ts --no-world
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodeCommand } from './platform/install.mjs';
import { checkRequirements, missingToolSentence } from './platform/requirements.mjs';

const rootDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** These start no part, so they need neither Java nor Maven; doctor must run just when those are missing. */
const scriptsWithoutParts = [
  'tools/doctor.ts',
  'tools/reset.ts',
  'tools/convert.ts',
  'tools/mutants.ts',
  'tools/verify-deploy.ts',
];
/** Nor do these stages of `npm test`. */
const stagesWithoutParts = ['checks', 'unit', 'mutants'];

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail('Usage: node tools/bootstrap.mjs <script> [arguments]', 2);
const needsParts =
  script === 'tools/test.ts'
    ? args.length === 0 || args.some((stage) => !stagesWithoutParts.includes(stage))
    : !scriptsWithoutParts.includes(script);

const findings = await checkRequirements(process.env);
const missing = findings
  .filter(({ ok }) => !ok)
  .filter(({ requirement }) => !requirement.forParts || needsParts);
if (missing.length > 0) fail(missing.map(missingToolSentence).join('\n'), 1);

try {
  ensureInstalled(rootDir, process.env);
} catch (error) {
  fail(error.message, 1);
}

const node = nodeCommand(rootDir);
const child = spawn(
  node,
  ['--conditions=@groundswell/source', path.resolve(rootDir, script), ...args],
  {
    // The channel carries nothing: its end tells the script that this process was killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
      // Every service loads much of the same code: compiled once, it is loaded in about half the time. Gone with `npm ci`.
      NODE_COMPILE_CACHE:
        process.env.NODE_COMPILE_CACHE ?? path.join(rootDir, 'node_modules/.cache/node-compile'),
    },
  },
);

// A terminal sends Ctrl-C and its own end to the whole process group: passing those on would deliver them twice.
const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
process.on('SIGTERM', () => child.kill('SIGTERM'));
for (const signal of ['SIGINT', 'SIGHUP']) {
  process.on(signal, () => {
    if (!hasTerminal) child.kill(signal);
  });
}
child.on('error', (error) => fail(`${node} could not be started: ${error.message}`, 1));
child.on('exit', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]));

function fail(message, exitCode) {
  console.error(message);
  process.exit(exitCode);
}
