/**
 * How well the rules do on the labelled development files, all rows and fold by fold (near-duplicates share a fold, S132):
 *
 *   node --conditions=@groundswell/source packages/sentiment/scripts/report.ts <folder of the files>
 *
 * The lexicon was tuned on folds 0 to 3; fold 4 is what was held out. Prints numbers only, never a text.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit, stdout } from 'node:process';
import { gunzipSync } from 'node:zlib';
import {
  accuracy,
  areaUnderCurve,
  confusionOf,
  createRuleScorer,
  macroF1,
  pearson,
  type Judged,
  type MoodLabel,
  type RuleMode,
} from '../src/index.ts';

interface Row {
  readonly text: string;
  readonly label?: MoodLabel | null;
  readonly human_mean?: number;
  readonly vader_py_compound?: number;
}

const FILES = ['tfns_dev', 'sentfin_dev', 'vader_tweets_dev'] as const;
const HELD_OUT = '4';
/** What must hold and what would be good (S13 of the specification), finance mode, all rows. */
const TARGETS = [
  { file: 'tfns_dev', measure: 'auc', must: 0.84, good: 0.885 },
  { file: 'sentfin_dev', measure: 'auc', must: 0.88, good: 0.92 },
  { file: 'tfns_dev', measure: 'macroF1', must: 0.48, good: 0.56 },
  { file: 'sentfin_dev', measure: 'macroF1', must: 0.66, good: 0.71 },
  { file: 'vader_tweets_dev', measure: 'pearson', must: 0.855, good: 0.875 },
] as const;

const folder = argv[2];
if (folder === undefined) {
  stdout.write('usage: report.ts <folder of the labelled files>\n');
  exit(2);
}
const folds = JSON.parse(readFileSync(join(folder, 'cv_folds.json'), 'utf8')) as Readonly<
  Record<string, string>
>;

function labelOf({ label, human_mean: mean }: Row): MoodLabel | null {
  if (mean === undefined) return label ?? null;
  return mean >= 0.5 ? 'positive' : mean <= -0.5 ? 'negative' : 'neutral';
}

function judge(file: string, mode: RuleMode): readonly (Judged & { readonly fold: string })[] {
  const scorer = createRuleScorer({ mode });
  const lines = gunzipSync(readFileSync(join(folder ?? '', `${file}.jsonl.gz`))).toString();
  return lines
    .trimEnd()
    .split('\n')
    .flatMap((line, index) => {
      const row = JSON.parse(line) as Row;
      const truth = labelOf(row);
      if (truth === null) return [];
      const { label, score } = scorer.score(row.text);
      return [{ truth, label, score, rating: row.human_mean, fold: folds[file]?.[index] ?? '' }];
    });
}

function measuresOf(rows: readonly Judged[]) {
  const confusion = confusionOf(rows);
  return {
    n: rows.length,
    acc: accuracy(confusion),
    macroF1: macroF1(confusion),
    auc: areaUnderCurve(rows),
    pearson: pearson(rows),
  };
}

const whole = new Map<string, ReturnType<typeof measuresOf>>();
const heldOut = new Map<string, ReturnType<typeof measuresOf>>();
const number = (value: number): string =>
  (Number.isNaN(value) ? '-' : value.toFixed(3)).padStart(7);
for (const mode of ['plain', 'finance'] as const) {
  for (const file of FILES) {
    const rows = judge(file, mode);
    stdout.write(`${mode} ${file}\n  fold       n     acc macroF1     auc pearson\n`);
    for (const fold of ['0', '1', '2', '3', '4', 'all']) {
      const found = measuresOf(fold === 'all' ? rows : rows.filter((row) => row.fold === fold));
      if (fold === 'all' && mode === 'finance') whole.set(file, found);
      if (fold === HELD_OUT && mode === 'finance') heldOut.set(file, found);
      const { n, acc, macroF1: f1, auc, pearson: r } = found;
      stdout.write(
        `  ${fold.padEnd(4)}${String(n).padStart(8)} ${[acc, f1, auc, r].map(number).join(' ')}\n`,
      );
    }
  }
}
stdout.write('finance against the targets     all held out   must   good\n');
for (const { file, measure, must, good } of TARGETS) {
  const now = whole.get(file)?.[measure] ?? Number.NaN;
  const held = heldOut.get(file)?.[measure] ?? Number.NaN;
  const verdict = now >= good ? 'good' : now >= must ? 'met' : 'MISSED';
  stdout.write(
    `  ${`${file} ${measure}`.padEnd(25)} ${[now, held, must, good].map(number).join(' ')}  ${verdict}\n`,
  );
}
