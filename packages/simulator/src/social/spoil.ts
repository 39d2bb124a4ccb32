import { formatIsoUs } from '@groundswell/domain';
import type { Rng } from '../rng.ts';
import { compose } from './compose.ts';
import type { WorldPost } from './events.ts';
import { cidOf, tidOf } from './ids.ts';
import type { PostFate } from './plan.ts';
import { subjects } from './subjects.ts';

/** Whole seconds keep the digits that make times unique. */
const wholeSeconds = (us: number): number => Math.ceil(us / 1e6) * 1e6;

/** How a fate changes the time that is told. */
export function restamp(
  post: WorldPost,
  fate: PostFate,
  seconds: (low: number, high: number) => number,
): WorldPost {
  const shiftUs =
    fate === 'too-late' ? -seconds(7800, 9000) : fate === 'future' ? seconds(120, 1200) : 0;
  return shiftUs === 0 ? post : { ...post, timeUs: post.timeUs + wholeSeconds(shiftUs) };
}

/** The second event that a fate calls for, about `afterUs` later, or null. */
export function followUp(
  post: WorldPost,
  fate: PostFate,
  afterUs: number,
  rng: Rng,
): { readonly fate: PostFate; readonly post: WorldPost } | null {
  if (fate !== 'edited' && fate !== 'deleted') return null;
  const timeUs = post.timeUs + wholeSeconds(afterUs);
  // The clock of a revision is the post's: revisions of one record differ by time.
  const rev = tidOf(timeUs, post.timeUs % 1000);
  const later = { ...post, timeUs, rev };
  if (fate === 'deleted') {
    return {
      fate: 'deletion',
      post: { ...later, op: 'delete', text: '', mentions: [], langs: null, cid: '' },
    };
  }
  const { text, style, lang, mentions } = rewrite(post, rng);
  const createdAt = formatIsoUs(timeUs);
  const cid = cidOf([post.did, rev, text]);
  return {
    fate: 'edit',
    post: { ...later, op: 'update', text, style, lang, mentions, createdAt, cid },
  };
}

/** Second thoughts about the same instrument, or the first thought about some. */
function rewrite(post: WorldPost, rng: Rng): ReturnType<typeof compose> {
  const [first] = post.mentions;
  const known = subjects.find((one) => one.instrumentId === first?.instrumentId);
  const subject = known ?? rng.pick(subjects);
  const mood = first?.label === 'POSITIVE' ? -0.6 : 0.6;
  const other = () => rng.pick(subjects.filter((one) => one !== subject));
  return compose({ subject, mood, lang: post.lang, other }, rng);
}
