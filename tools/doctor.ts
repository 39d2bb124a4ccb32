/** `npm run doctor`: what the local platform needs, what was found, and how to fix it. Exit code 1 when something is missing. */
import { findings } from './platform/diagnosis.ts';
import { formatTable } from './platform/table.ts';

const rows = await findings(process.env);
process.stdout.write(
  formatTable(
    ['tool', 'wanted', 'found', 'verdict', 'fix'],
    rows.map((row) => [
      row.tool,
      row.wanted,
      row.found,
      row.verdict,
      row.verdict === 'ok' ? '' : row.fix,
    ]),
  ),
);
process.exitCode = rows.some(({ verdict }) => verdict === 'missing') ? 1 : 0;
