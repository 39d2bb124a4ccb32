import {
  createSocialWorld,
  createWorld,
  worldInstruments,
  worldInvestors,
  type Brigade,
  type SocialAct,
  type SocialOptions,
  type SocialWorld,
  type WorldOptions,
  type WorldPost,
} from '@groundswell/simulator';

/** People of a small market on a clock of our own. */

export const START_US = 1_795_000_000_000_000;
export const market: WorldOptions = {
  seed: 7,
  startUs: START_US,
  ratePerSecond: 15,
  instruments: worldInstruments,
  investors: worldInvestors,
};
export const options: SocialOptions = {
  seed: 7,
  startUs: START_US,
  postsPerSecond: 4,
  world: market,
};
export const aCrowd = (over: Partial<SocialOptions> = {}): SocialWorld => {
  const people = createSocialWorld({ ...options, ...over });
  people.follow(createWorld(market).snapshot());
  return people;
};
export const take = (world: SocialWorld, count: number): SocialAct[] =>
  Array.from({ length: count }, () => world.next());
export const until = (world: SocialWorld, seconds: number): SocialAct[] => {
  const acts: SocialAct[] = [];
  while (world.peekUs() < START_US + seconds * 1e6) acts.push(world.next());
  return acts;
};
export const postsOf = (acts: readonly SocialAct[]): WorldPost[] =>
  acts.flatMap(({ event }) => (event.type === 'post' ? [event] : []));
export const brigadesOf = (acts: readonly SocialAct[]): Brigade[] =>
  acts.flatMap(({ event }) => (event.type === 'brigade' ? [event.brigade] : []));
