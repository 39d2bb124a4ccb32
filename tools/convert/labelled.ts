import {
  NO_CURRENCY,
  postLabels,
  readLines,
  TapeError,
  type PostLabel,
  type TapePost,
} from '../tape/index.ts';
import type { Conversion } from './converter.ts';

/**
 * Labelled texts as posts (`../shared/data/sentiment/README.md`). They have no times and no authors: each is said by an author of its own,
 * one every five seconds from a fixed moment on. What the texts may be used for is said in the header; a tape of them belongs into no
 * repository where the texts do not.
 */
const FIRST_US = Date.UTC(2025, 8, 1, 12) * 1000;
const EVERY_US = 5_000_000;

/** Headlines of Indian business news with what they say of each company (Sinha et al. 2021); the label of the text where all agree. */
export async function convertSentfin(file: string): Promise<Conversion> {
  const posts: TapePost[] = [];
  const names = new Map<string, string>();
  for await (const row of rowsOf(file)) {
    posts.push(postOf('sentfin', row, row.labelOrNull('label'), posts.length));
    for (const name of row.names('entities')) {
      const id = instrumentOf(name);
      if (id !== null && !names.has(id)) names.set(id, name);
    }
  }
  return {
    header: {
      tape: 1,
      name: 'Labelled headlines (SEntFiN)',
      source: 'pyRis/SEntFiN, commit eba43610',
      licence: 'MIT, (c) 2021 Ankur Sinha, Satishwar Kedas, Rishu Kumar, Pekka Malo',
      // What the labels are about becomes an instrument, so that a headline is a mention of it.
      instruments: [...names].map(([id, title]) => ({
        id,
        title,
        currency: NO_CURRENCY,
        feed: 'none',
      })),
    },
    events: posts,
  };
}

/** Finance posts of a network; their texts stay under its terms and must not be passed on (S130). */
export async function convertTfns(file: string): Promise<Conversion> {
  const posts: TapePost[] = [];
  for await (const row of rowsOf(file)) {
    posts.push(postOf('tfns', row, row.labelOrNull('label'), posts.length));
  }
  return {
    header: {
      tape: 1,
      name: 'Labelled finance posts (TFNS)',
      source: 'zeroshot/twitter-financial-news-sentiment',
      licence: "texts under the platform's terms: not to be passed on",
      instruments: [],
    },
    events: posts,
  };
}

/** Tweet-like texts rated by 20 people each (Hutto and Gilbert 2014); from half a point on a mean is a label. */
export async function convertTweets(file: string): Promise<Conversion> {
  const posts: TapePost[] = [];
  for await (const row of rowsOf(file)) {
    const mean = row.number('human_mean');
    const label = mean >= 0.5 ? 'positive' : mean <= -0.5 ? 'negative' : 'neutral';
    posts.push(postOf('tweets', row, label, posts.length));
  }
  return {
    header: {
      tape: 1,
      name: 'Rated tweets (VADER)',
      source: 'cjhutto/vaderSentiment, commit 44fc044c',
      licence: 'MIT, (c) 2016 C.J. Hutto',
      instruments: [],
    },
    events: posts,
  };
}

interface LabelledRow {
  text(field: string): string;
  number(field: string): number;
  labelOrNull(field: string): PostLabel | null;
  /** Names of the fields of an object. */
  names(field: string): readonly string[];
}

function postOf(kind: string, row: LabelledRow, label: PostLabel | null, index: number): TapePost {
  const id = row.text('id');
  return {
    type: 'POST',
    id: `${kind}-${id}`,
    tsUs: FIRST_US + index * EVERY_US,
    seq: null,
    ingestUs: null,
    author: `${kind}-${id}`,
    text: row.text('text'),
    lang: 'en',
    label,
  };
}

/** Ids hold letters and digits only; a name without any is none. */
function instrumentOf(name: string): string | null {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
  return slug === '' ? null : `headline:${slug}`;
}

/** @throws TapeError for a line that is no object, or a field of another kind */
async function* rowsOf(file: string): AsyncGenerator<LabelledRow, void> {
  for await (const { number: line, text } of readLines(file)) {
    if (text.trim() === '') continue;
    yield rowOf(file, line, text);
  }
}

function rowOf(file: string, line: number, json: string): LabelledRow {
  const problem = (words: string): TapeError => new TapeError(file, line, words);
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = { ...(JSON.parse(json) as object) };
  } catch {
    throw problem('not a JSON object');
  }
  const need = <T>(field: string, is: (value: unknown) => value is T): T => {
    const value = fields[field];
    if (is(value)) return value;
    throw problem(`"${field}" is missing or of another kind`);
  };
  return {
    text: (field) => need(field, (value) => typeof value === 'string'),
    number: (field) => need(field, (value) => typeof value === 'number'),
    labelOrNull: (field) => need(field, isLabelOrNull),
    names: (field) =>
      Object.keys(need(field, (value): value is object => typeof value === 'object' && !!value)),
  };
}

function isLabelOrNull(value: unknown): value is PostLabel | null {
  return value === null || (postLabels as readonly unknown[]).includes(value);
}
