/**
 * `check-logging.ts <url of Elasticsearch or OpenSearch> <folder of service logs>`: installs the templates of infra/logging, indexes real lines, asks for
 * them. Exit code 1 when one was refused or cannot be found.
 */
import { join } from 'node:path';
import { count, indexLogs, installTemplates } from '../verify/logging.ts';

const [url = 'http://127.0.0.1:9201', logsDir = '.groundswell/logs'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const dir = join(import.meta.dirname, '../../infra/logging/elasticsearch');
for (const { name, outcome, why } of await installTemplates(url, dir)) {
  say(`${name}: ${outcome}${why === undefined ? '' : ` (${why})`}`);
}
const { lines, refused } = await indexLogs(url, logsDir);
say(`${lines} lines, ${refused.length} refused${refused.length === 0 ? '' : `: ${refused[0]}`}`);
const market = await count(url, 'service.name', 'derive-market');
const warnings = await count(url, 'log.level', 'warn');
const live = await count(url, 'groundswell.lane', 'live');
say(`found: ${market} of derive-market, ${warnings} warnings, ${live} of lane live`);
process.exitCode = refused.length === 0 && lines > 0 && market > 0 && live > 0 ? 0 : 1;
