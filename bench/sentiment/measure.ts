import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../harness/node-process.ts';

/** Own short texts with what the original Python program makes of them. */
const CONFORMANCE = 'packages/sentiment/test/fixtures/vader_conformance.jsonl';
const TOLERANCE = 1e-4;
/** Conformance texts are short; so many in a row are as long as a post. */
const TEXTS_PER_POST = 7;
const WARM_UP_PASSES = 20;

/** What an arm prints, one JSON line. */
export interface Run {
  /** Of this process, while it scored (M2). */
  readonly cpuSeconds: number;
  readonly texts: number;
  /** UTF-16 code units a text, mean. */
  readonly length: number;
  /** Conformance texts whose compound differs from the original's. */
  readonly differing: number;
}

/** Counts where the scorer disagrees with the original, then scores posts of those texts over and over. */
export function measure(compoundOf: (text: string) => number, passes: number): void {
  const rows = readFileSync(join(repository, CONFORMANCE), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly text: string; readonly compound: number });
  const differing = rows.filter(
    ({ text, compound }) => !(Math.abs(compoundOf(text) - compound) <= TOLERANCE),
  ).length;
  const posts = rows.map((_, from) =>
    Array.from({ length: TEXTS_PER_POST }, (_, k) => rows[(from + k) % rows.length]?.text).join(
      ' ',
    ),
  );
  let sum = 0;
  const pass = (): void => {
    for (const post of posts) sum += compoundOf(post);
  };
  for (let n = 0; n < WARM_UP_PASSES; n += 1) pass();
  const began = process.cpuUsage();
  for (let n = 0; n < passes; n += 1) pass();
  const used = process.cpuUsage(began);
  const run: Run = {
    cpuSeconds: (used.user + used.system) / 1e6,
    texts: posts.length * passes,
    length: posts.join('').length / posts.length,
    differing,
  };
  // The sum is printed so that no compiler may leave the work out.
  process.stdout.write(`${JSON.stringify({ ...run, sum })}\n`);
}
