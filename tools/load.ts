/**
 * `npm run load -- <scenario>`: one k6 scenario of load-tests against a platform, with a report (`--help`; docs/capacity.md reads them).
 *
 * Exit code: 0 every threshold held; 1 it could not be carried out; 2 wrong use; 99 a threshold failed; 130 stopped by Ctrl-C.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { GroundswellError } from '@groundswell/domain';
import { awaitCalm, busyShare, processorTimes } from './load/calm.ts';
import { LoadError } from './load/errors.ts';
import { requireK6 } from './load/k6.ts';
import { helpText, listText, parseLoadOptions, type LoadOptions } from './load/options.ts';
import { htmlReport, makeReport, percent, textReport, type K6Summary } from './load/report.ts';
import { machine, runK6, THRESHOLD_FAILED } from './load/run-k6.ts';
import { openTarget } from './load/target.ts';
import { readUsage, usageBetween } from './load/usage.ts';
import { repositoryDir } from './platform/paths.ts';
import { createStopSignal } from './platform/stop-signal.ts';
import { run } from './verify/run.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function load(options: LoadOptions, argv: readonly string[]): Promise<number> {
  const stopping = createStopSignal({
    onStop: () => {
      say('Stopping; Ctrl-C again stops at once.');
    },
    onSecondSignal: (signal) => process.exit(128 + os.constants.signals[signal]),
  });
  const toolsDir = path.resolve(repositoryDir, process.env['GW_TOOLS_DIR'] ?? '.groundswell/tools');
  const k6 = await requireK6({ toolsDir, run }, say);
  say('Getting the platform ...');
  const target = await openTarget(options, process.env, stopping.signal);
  try {
    const { patienceSeconds } = options.scenario;
    if (patienceSeconds > 0) {
      say(`Waiting until the machine is calm, ${String(patienceSeconds)} s at most ...`);
      const share = await awaitCalm(patienceSeconds * 1000, stopping.signal);
      if (stopping.signal.aborted) return 130;
      say(`Its processors are ${percent(share)} busy.`);
    }
    const startedAt = new Date();
    const before = machine();
    const dir = path.join(repositoryDir, 'load-tests/results', options.scenario.name);
    fs.mkdirSync(dir, { recursive: true });
    const id = startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const summaryFile = path.join(dir, `${id}.k6.json`);
    say(`${options.scenario.name}: ${String(options.seconds)} s on ${target.from}`);
    const timesBefore = processorTimes();
    const usageBefore = await readUsage(target.urls);
    const code = await runK6(k6, options, target, { id, summaryFile, signal: stopping.signal });
    if (stopping.signal.aborted) return 130;
    if (!fs.existsSync(summaryFile)) throw new LoadError(`k6 ended with code ${String(code)}.`);
    const report = makeReport({
      options,
      command: `npm run load -- ${argv.join(' ')}`,
      target: target.from,
      startedAt: startedAt.toISOString(),
      before,
      after: machine(),
      busyShare: busyShare(timesBefore, processorTimes()),
      usage: usageBetween(usageBefore, await readUsage(target.urls)),
      summary: JSON.parse(fs.readFileSync(summaryFile, 'utf8')) as K6Summary,
    });
    fs.rmSync(summaryFile);
    const file = path.join(dir, id);
    fs.writeFileSync(`${file}.json`, `${JSON.stringify(report, null, 2)}\n`);
    fs.writeFileSync(`${file}.html`, htmlReport(report));
    say(textReport(report));
    say(`Report: ${path.relative(process.cwd(), file)}.html and .json`);
    return report.held ? code : THRESHOLD_FAILED;
  } finally {
    await target.stop();
  }
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = parseLoadOptions(argv);
    if (options === 'help' || options === 'list') {
      process.stdout.write(options === 'help' ? helpText : listText);
      return 0;
    }
    try {
      return await load(options, argv);
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
      return 1;
    }
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 2;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof GroundswellError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await main(process.argv.slice(2));
