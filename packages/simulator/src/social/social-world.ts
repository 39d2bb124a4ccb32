import { createRng, type Rng, type RngState } from '../rng.ts';
import type { WorldOptions, WorldSnapshot } from '../world/world.ts';
import type { Author } from './authors.ts';
import { firstBrigadeUs, nextBrigadeUs, planBrigade, type BrigadePost } from './brigade.ts';
import { compose, nearCopy, type Composition } from './compose.ts';
import { createCrowd, type CrowdSnapshot } from './crowd.ts';
import type { PostRef, SocialEvent, WorldPost, WorldSideEvent } from './events.ts';
import { postUri } from './ids.ts';
import { createMoodField, type MoodSnapshot } from './mood.ts';
import { subjects, type Subject } from './subjects.ts';
import { sideEvent, writePost, type Circumstances } from './writing.ts';

export interface SocialOptions {
  readonly seed: number;
  /** First moment, epoch micros: earlier than the present for a past to replay. */
  readonly startUs: number;
  /** Mean over time, brigades on top. */
  readonly postsPerSecond: number;
  /** The market that people watch: its options, for the copy that drives the moods. */
  readonly world: WorldOptions;
}

/** Something that happens at a moment. */
export interface SocialAct {
  readonly atUs: number;
  readonly event: SocialEvent;
}

/** People who post about the synthetic market. Pure: depends on the options and the calls before only. */
export interface SocialWorld {
  /** Next act; times never go back. */
  next(): SocialAct;
  /** Time of the act `next` will return. */
  peekUs(): number;
  /** From here on moods follow this market, and brigades come. */
  follow(market: WorldSnapshot): void;
  /** Jump over a time in which nothing happened. */
  skipTo(timeUs: number): void;
  setRate(postsPerSecond: number): void;
  /** -1..1 by instrument id: the truth behind the posts. */
  moods(): Readonly<Record<string, number>>;
  snapshot(): SocialSnapshot;
}

/** Everything a social world is, as JSON. */
export interface SocialSnapshot {
  readonly nowUs: number;
  readonly nextActUs: number;
  readonly rate: number;
  readonly rng: RngState;
  readonly acts: number;
  readonly burstUntilUs: number;
  readonly nextBurstUs: number;
  readonly nextDepartureUs: number;
  /** Who posts no more, and when their account is deleted. */
  readonly leaving: readonly Leaver[];
  /** Infinity, as JSON null, before there is a market. */
  readonly nextBrigadeUs: number | null;
  readonly brigades: number;
  readonly lastBrigadeAbout: string | null;
  readonly brigadePosts: readonly BrigadePost[];
  readonly recent: readonly Recent[];
  readonly crowd: CrowdSnapshot;
  readonly moods: MoodSnapshot;
}

interface Leaver {
  readonly did: string;
  readonly atUs: number;
}

interface Recent {
  readonly ref: PostRef;
  readonly composition: Composition;
}

const RECENT = 40;
const BURST = { everySeconds: 240, meanSeconds: 20, factor: 3 } as const;
const MEAN_FACTOR =
  (BURST.everySeconds + BURST.factor * BURST.meanSeconds) /
  (BURST.everySeconds + BURST.meanSeconds);
const DEPARTURE_SECONDS = 420;
/** An account is deleted this long after its last post: an edit or a late frame of it may be on its way until then. */
const LEAVING_US = 600e6;
/** Shares of acts and posts. */
const LIKE = 0.03;
const IDENTITY = 0.004;
const ACTIVE = 0.002;
const REPLY = 0.16;
const QUOTE = 0.05;
const COPY = 0.03;

export function createSocialWorld(options: SocialOptions, resume?: SocialSnapshot): SocialWorld {
  const rng = createRng(resume?.rng ?? options.seed ^ 0x50c1_a15e);
  const crowd = createCrowd(options.seed, options.startUs, resume?.crowd);
  const field = createMoodField({ ...options, subjects }, resume?.moods);
  const s: Mutable = resume === undefined ? genesis(options, rng) : { ...resume };
  const recent: Recent[] = [...(resume?.recent ?? [])];
  const leaving: Leaver[] = [...(resume?.leaving ?? [])];
  const brigadePosts: BrigadePost[] = [...(resume?.brigadePosts ?? [])];
  const brigadeUs = (): number => s.nextBrigadeUs ?? Infinity;
  const peekUs = (): number =>
    Math.min(
      s.nextActUs,
      brigadeUs(),
      leaving[0]?.atUs ?? Infinity,
      brigadePosts[0]?.atUs ?? Infinity,
    );

  function chooseSubject(): number {
    const weights = subjects.map((one, index) => one.popularity * (1 + 2 * field.heat(index)));
    let dice = rng.float() * weights.reduce((sum, one) => sum + one, 0);
    return Math.max(
      0,
      weights.findIndex((weight) => (dice -= weight) < 0),
    );
  }

  /** Whom people feel so about, more or less: the best of a few. */
  function other(than: Subject, sign: number): Subject {
    const candidates = Array.from({ length: 4 }, () => chooseSubject())
      .filter((index) => subjects[index] !== than)
      .sort((a, b) => sign * (field.mood(b) - field.mood(a)));
    const chosen = subjects[candidates[0] ?? -1];
    return chosen ?? rng.pick(subjects.filter((one) => one !== than));
  }

  function think(author: Author): Composition {
    const shilled = subjects.findIndex(({ product }) => product === author.shills);
    const index = shilled >= 0 ? shilled : chooseSubject();
    const subject = subjects[index] ?? rng.pick(subjects);
    const mood = shilled >= 0 ? 1 : field.mood(index) + author.bias;
    const intent = {
      subject,
      mood,
      lang: author.lang,
      other: (label: string) => other(subject, label === 'NEGATIVE' ? -1 : 1),
    };
    return compose(intent, rng);
  }

  function write(composition: Composition, given: Circumstances): WorldPost {
    const post = writePost(composition, given, rng);
    recent.push({ ref: { uri: postUri(post), cid: post.cid }, composition });
    if (recent.length > RECENT) recent.shift();
    return post;
  }

  function post(atUs: number): WorldPost {
    const author = crowd.choose(rng);
    const dice = rng.float();
    const model = recent.length === 0 ? null : rng.pick(recent);
    const given = { atUs, act: s.acts, author };
    if (model === null || dice >= REPLY + QUOTE + COPY) return write(think(author), given);
    if (dice < REPLY) return write(think(author), { ...given, replyTo: model.ref });
    if (dice < REPLY + QUOTE) return write(think(author), { ...given, quoteOf: model.ref });
    return write(nearCopy(model.composition, rng), { ...given, copyOf: model.ref.uri });
  }

  function act(atUs: number): SocialEvent {
    s.nextActUs = atUs + gapUs(s, atUs, rng);
    const dice = rng.float();
    if (dice >= LIKE + IDENTITY + ACTIVE) return post(atUs);
    const { did } = crowd.choose(rng);
    const type = dice < LIKE ? 'like' : dice < LIKE + IDENTITY ? 'identity' : 'account-active';
    return side(type, did, atUs);
  }

  function side(type: WorldSideEvent['type'], did: string, atUs: number): WorldSideEvent {
    const subject = type === 'like' ? (recent.at(-1)?.ref ?? null) : null;
    return sideEvent(type, did, { atUs, act: s.acts, subject }, rng);
  }

  function startBrigade(fromUs: number): SocialEvent {
    s.brigades += 1;
    const about = { number: s.brigades, fromUs, notAbout: s.lastBrigadeAbout };
    const { brigade, posts } = planBrigade(about, rng);
    s.lastBrigadeAbout = brigade.instrumentId;
    s.nextBrigadeUs = nextBrigadeUs(fromUs, rng);
    brigadePosts.push(...posts);
    return { type: 'brigade', brigade };
  }

  /** Somebody stops posting; they are told of when the account goes. */
  function retire(): void {
    const { did } = crowd.replaceOne(s.nextDepartureUs, rng);
    leaving.push({ did, atUs: s.nextDepartureUs + LEAVING_US });
    s.nextDepartureUs += Math.ceil(rng.exponential(DEPARTURE_SECONDS * 1e6));
  }

  function happen(atUs: number): SocialEvent {
    s.nowUs = atUs;
    s.acts += 1;
    field.advance(atUs);
    while (s.nextDepartureUs <= atUs) retire();
    if (brigadePosts[0]?.atUs === atUs) {
      const next = brigadePosts.shift();
      if (next !== undefined) {
        return write(next.composition, { ...next, act: s.acts, brigade: s.brigades });
      }
    }
    if (brigadeUs() === atUs) return startBrigade(atUs);
    if (leaving[0]?.atUs === atUs) {
      return side('account-deleted', leaving.shift()?.did ?? '', atUs);
    }
    return act(atUs);
  }

  return {
    next() {
      const atUs = peekUs();
      return { atUs, event: happen(atUs) };
    },
    peekUs,
    follow(market) {
      field.follow(market);
      s.nextBrigadeUs ??= firstBrigadeUs(s.nowUs, rng);
    },
    skipTo(timeUs) {
      s.nowUs = Math.max(s.nowUs, timeUs);
      s.nextActUs = Math.max(s.nextActUs, timeUs + 1);
      s.nextDepartureUs = Math.max(s.nextDepartureUs, timeUs + 1);
      leaving.forEach((one, index) => {
        leaving[index] = { ...one, atUs: Math.max(one.atUs, timeUs + 1 + index) };
      });
      // Whoever was interrupted does not go on hours later.
      brigadePosts.length = 0;
      if (brigadeUs() <= timeUs) s.nextBrigadeUs = firstBrigadeUs(timeUs, rng);
    },
    setRate: (postsPerSecond) => void (s.rate = postsPerSecond),
    moods: () =>
      Object.fromEntries(subjects.map((one, index) => [one.instrumentId, field.mood(index)])),
    snapshot: () =>
      structuredClone({
        ...s,
        rng: rng.state(),
        recent,
        leaving,
        brigadePosts,
        crowd: crowd.snapshot(),
        moods: field.snapshot(),
      }),
  };
}

type Mutable = {
  -readonly [
    K in Exclude<
      keyof SocialSnapshot,
      'rng' | 'recent' | 'leaving' | 'brigadePosts' | 'crowd' | 'moods'
    >
  ]: SocialSnapshot[K];
};

function genesis({ startUs, postsPerSecond }: SocialOptions, rng: Rng): Mutable {
  return {
    nowUs: startUs,
    nextActUs: startUs + 1,
    rate: postsPerSecond,
    acts: 0,
    burstUntilUs: startUs,
    nextBurstUs: startUs + Math.ceil(rng.exponential(BURST.everySeconds * 1e6)),
    nextDepartureUs: startUs + Math.ceil(rng.exponential(DEPARTURE_SECONDS * 1e6)),
    nextBrigadeUs: null,
    brigades: 0,
    lastBrigadeAbout: null,
  };
}

/** Exponential gaps; in a burst, which comes every few minutes, three times as many. */
function gapUs(s: Mutable, atUs: number, rng: Rng): number {
  if (atUs >= s.nextBurstUs) {
    s.burstUntilUs = atUs + Math.ceil(rng.exponential(BURST.meanSeconds * 1e6));
    s.nextBurstUs = s.burstUntilUs + Math.ceil(rng.exponential(BURST.everySeconds * 1e6));
  }
  const factor = atUs < s.burstUntilUs ? BURST.factor : 1;
  return Math.max(1, Math.round(rng.exponential((1e6 * MEAN_FACTOR) / (s.rate * factor))));
}
