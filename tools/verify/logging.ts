import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What became of one file of infra/logging/elasticsearch on a server of that API. */
export interface Put {
  readonly name: string;
  readonly outcome: 'accepted' | 'not run';
  readonly why?: string;
}

/** The parts of the index template and where they go; the lifecycle is Elasticsearch's own. */
const FILES = [
  ['lifecycle-policy', '_ilm/policy/groundswell-logs', true],
  ['component-mappings', '_component_template/groundswell-mappings', false],
  ['component-settings', '_component_template/groundswell-settings', false],
  ['component-lifecycle', '_component_template/groundswell-lifecycle', true],
  ['index-template', '_index_template/groundswell-logs', false],
] as const;

/** Installs policy and templates. On OpenSearch what is Elasticsearch's own is left out and reported. @throws Error when the server refuses one */
export async function installTemplates(url: string, dir: string): Promise<readonly Put[]> {
  const { version } = (await ask(url, 'GET', '')) as { version: { distribution?: string } };
  const isOpenSearch = version.distribution === 'opensearch';
  const done: Put[] = [];
  for (const [name, path, isElasticsearchOnly] of FILES) {
    if (isOpenSearch && isElasticsearchOnly) {
      done.push({ name, outcome: 'not run', why: 'OpenSearch has no ILM' });
      continue;
    }
    const text = readFileSync(join(dir, `${name}.json`), 'utf8');
    const body = isOpenSearch ? text.replace(/,\s*"groundswell-lifecycle"/, '') : text;
    await ask(url, 'PUT', path, body);
    done.push({ name, outcome: 'accepted' });
  }
  return done;
}

/** Indexes the JSON lines of log files into the data stream, as the shippers do. @returns lines sent and the reasons of refused ones */
export async function indexLogs(
  url: string,
  logsDir: string,
): Promise<{ readonly lines: number; readonly refused: readonly string[] }> {
  const lines = readdirSync(logsDir)
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) => readFileSync(join(logsDir, file), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{"@timestamp"') && line.includes('"ecs.version"'))
    .slice(-20_000);
  return { lines: lines.length, refused: await createAll(url, lines) };
}

/** Sends lines as they are to the data stream. @returns the reasons of refused ones */
export async function createAll(url: string, lines: readonly string[]): Promise<readonly string[]> {
  const refused: string[] = [];
  for (let from = 0; from < lines.length; from += 500) {
    const body = lines.slice(from, from + 500).flatMap((line) => ['{"create":{}}', line]);
    const answer = (await ask(
      url,
      'POST',
      'logs-groundswell-default/_bulk',
      `${body.join('\n')}\n`,
    )) as {
      items: { create: { error?: { reason: string } } }[];
    };
    refused.push(...answer.items.flatMap(({ create }) => create.error?.reason ?? []));
  }
  await ask(url, 'POST', 'logs-groundswell-default/_refresh');
  return refused;
}

/** Documents that match a term. */
export async function count(url: string, field: string, value: string): Promise<number> {
  const query = JSON.stringify({ query: { term: { [field]: value } } });
  const answer = await ask(url, 'POST', 'logs-groundswell-default/_count', query);
  return (answer as { count: number }).count;
}

async function ask(url: string, method: string, path: string, body?: string): Promise<unknown> {
  const type = path.endsWith('_bulk') ? 'application/x-ndjson' : 'application/json';
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { 'content-type': type },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 400)}`);
  return JSON.parse(text);
}
