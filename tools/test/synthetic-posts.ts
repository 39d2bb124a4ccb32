import { createRng } from '@groundswell/simulator';

const T0 = Date.UTC(2025, 2, 4, 14);
const NAMES = ['ONE', 'TWO'];
const TEXTS = [
  { text: 'great quarter, bullish', label: 'positive' },
  { text: 'awful guidance, selling everything', label: 'negative' },
  { text: 'reports on Tuesday', label: 'neutral' },
  { text: 'not good at all 📉', label: 'negative' },
  { text: 'to the moon 🚀🚀', label: 'positive' },
];

/**
 * Twenty minutes of posts about two instruments: out of order, repeated, edited, taken back, some about both and some about neither.
 * The same seed gives the same text.
 */
export function syntheticPosts(seed: number): string {
  const rng = createRng(seed);
  const int = (below: number) => rng.int(below);
  const pick = <T>(items: readonly T[]): T => items[int(items.length)] as T;
  const lines: Record<string, unknown>[] = [];
  const posts: Record<string, unknown>[] = [];
  for (let index = 0; index < 400; index += 1) {
    const nowMs = T0 + index * 3000;
    const { text, label } = pick(TEXTS);
    const about = pick([...NAMES.map((name) => `$${name}`), '$ONE $TWO', 'lunch']);
    const post = {
      id: `p${index}`,
      type: 'POST',
      ts: nowMs - pick([0, 0, 0, 2000, 20_000]),
      author: `author ${int(40)}`,
      text: `${about} ${text} ${index}`,
      lang: 'en',
      label,
    };
    lines.push(post);
    posts.push(post);
    if (int(20) === 0) lines.push(pick(posts));
    if (int(12) === 0) {
      const ref = pick(posts.slice(-30))['id'];
      const text = `$ONE ${pick(TEXTS).text}, edited`;
      if (int(2) === 0) lines.push({ id: `x${index}`, type: 'CANCEL', ts: nowMs, ref });
      else lines.push({ id: `x${index}`, type: 'CORRECT', ts: nowMs, ref, set: { text } });
    }
  }
  const header = {
    tape: 1,
    name: `synthetic posts, seed ${seed}`,
    source: 'tools/test/synthetic-posts.ts',
    licence: 'Apache-2.0',
    instruments: NAMES.map((name) => ({
      ...{ id: `x:${name}`, title: name, currency: 'USD', feed: 'f' },
    })),
  };
  return `${[header, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`;
}
