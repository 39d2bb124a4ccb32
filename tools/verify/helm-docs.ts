import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { CHART } from './chart.ts';
import { failed, passed, type Check, type Tool } from './types.ts';

const helmDocs: Tool = {
  name: 'helm-docs',
  source: {
    kind: 'go',
    module: 'github.com/norwoodj/helm-docs/cmd/helm-docs',
    version: 'v1.14.2',
  },
};

const UPDATE = 'UPDATE_README=1 npm run verify:deploy -- --only README';

/**
 * The chart's README is made of `README.md.gotmpl` and the comments of values.yaml, then laid out by prettier like every other
 * document. A value without a comment is refused here: the strict mode of helm-docs knows only its older kind of comments.
 */
export const helmReadme: Check = {
  name: 'chart: README as helm-docs makes it',
  tools: [helmDocs],
  async run({ rootDir, run, pathOf }) {
    const path = join(rootDir, CHART, 'README.md');
    const ran = await run(pathOf(helmDocs), [
      `--chart-search-root=${join(rootDir, CHART)}`,
      '--dry-run',
      '--log-level=warning',
    ]);
    // It leaves out a chart that it cannot read, and ends with 0 all the same.
    if (ran.code !== 0 || ran.stdout.trim() === '') return failed('it made nothing', ran.output);
    const options = await resolveConfig(path);
    const fresh = await format(ran.stdout, { ...options, filepath: path });
    if (process.env['UPDATE_README'] === '1') writeFileSync(path, fresh);
    const rows = fresh.split('\n').filter((line) => valueRow.test(line));
    const silent = rows.filter((row) => valueRow.exec(row)?.groups?.['description'] === '');
    if (silent.length > 0)
      return failed('values.yaml: values without a comment', silent.join('\n'));
    const stale = differingLines(readFileSync(path, 'utf8'), fresh);
    if (stale.length > 0) return failed(`it differs: ${UPDATE}`, stale.join('\n'));
    return passed(`${rows.length} values, each with its comment`);
  },
};

/** A row of the table of values: key, type, default, description. A default may hold escaped bars. */
const valueRow =
  /^\| (?!Key )[\w.-]+ +\| (?:string|int|float|bool|list|object) +\| (?:[^|\\]|\\.)* \| (?<description>.*?) *\|$/;

/** Lines of one text that the other does not have. */
function differingLines(committed: string, fresh: string): readonly string[] {
  const [before, after] = [committed.split('\n'), fresh.split('\n')];
  if (committed === fresh) return [];
  const only = (mark: string, lines: readonly string[], others: readonly string[]): string[] =>
    lines.filter((line) => !others.includes(line)).map((line) => `${mark} ${line}`);
  const lines = [...only('-', before, after), ...only('+', after, before)];
  return lines.length > 0 ? lines : ['the same lines in another order'];
}
