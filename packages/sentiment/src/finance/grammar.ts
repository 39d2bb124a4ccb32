/**
 * Closed word lists of the rules of S24, own work from general knowledge. Not valences: what a word is good for, so that pairs decide.
 */
/** White space parts words, a bar the words of a phrase. */
const set = (words: string): ReadonlySet<string> =>
  new Set(words.split(/\s+/).map((word) => word.replace('|', ' ')));

/** What is bad when there is more of it. */
export const badThings = set(
  `loss losses outflow outflows inflation unemployment claims costs cost expense expenses debt debts deficit deficits fear fears worry worries
   concern concerns risk risks tension tensions volatility delinquencies defaults default npa npas shortage shortages glut headwinds pressure
   uncertainty stress layoffs taxes tariffs tariff withdrawals redemptions dilution leverage churn bears shorts selling|pressure`,
);

/** What is good when there is more of it. */
export const goodThings = set(
  `profit profits revenue revenues sales earnings income eps ebitda margin margins demand guidance outlook forecast forecasts target targets
   rating ratings dividend dividends inflows inflow orders bookings deliveries subscribers users growth output production exports backlog
   jobs hiring confidence sentiment stake net turnover traffic shipments payout estimates cash rally
   gains momentum bulls`,
);

/** More of it. */
export const upward = set(
  `rise rises rising rose risen grow grows growing grew grown jump jumps jumped jumping surge surges surged surging climb climbs climbed climbing
   soar soars soared soaring increase increases increased increasing widen widens widened widening mount mounts mounting deepen deepens deepened
   spike spikes spiked swell swells swelled expand expands expanded raise raises raised raising lift lifts lifted boost boosts boosted hike
   hikes hiked up higher double doubles doubled triple triples tripled zoom zooms zoomed accelerate accelerates accelerated gain gains gained
   improve improves improved improving advance advances advanced top tops topped rebound rebounds rebounded skyrocket skyrockets balloons`,
);

/** Less of it. */
export const downward = set(
  `fall falls falling fell fallen narrow narrows narrowed narrowing ease eases eased easing shrink shrinks shrank shrinking drop drops dropped
   dropping decline declines declined declining cut cuts cutting reduce reduces reduced reducing slow slows slowed slowing trim trims trimmed
   cool cools cooled cooling fade fades faded fading dip dips dipped lower lowers lowered lowering slash slashes slashed recede recedes receded
   abate abates abated subside subsides subsided down plunge plunges plunged plummet plummets plummeted sink sinks sank slump slumps slumped
   slip slips slipped slide slides slid tumble tumbles tumbled halve halves halved weaken weakens weakened contract contracts contracted
   evaporate evaporates evaporated vanish vanished gone dry|up dries|up dried|up crash crashed collapse collapses collapsed worsen worsens worsened squeezed wrecked rekt
   trapped crushed destroyed`,
);

/** Opens or keeps a position. */
export const opening = set(
  `buy buys buying bought long load loads loading loaded add adds adding added open opens opening opened grab grabs grabbed grabbing hold holds
   holding own owns scoop scooped scooping`,
);

/** Ends a position, or writes it. */
export const closing = set(
  `sell sells selling sold close closes closing closed cover covers covering covered dump dumps dumping dumped unload unloaded unloading exit exits
   exited exiting ditch ditched short shorting shorted`,
);

export const bullishInstruments = set('call calls share shares stock');
export const bearishInstruments = set('put puts short shorts');

/** Deny what follows, besides VADER's own negations. */
export const deniers = set(
  `lack lacks lacked unable unlikely avoid avoids avoided avoiding stop stops stopped fail|to fails|to failed|to`,
);

/** Something new begins: what was denied before is denied no longer. */
export const turns = set(
  `but and because cause cuz since if when while so then though although unless until just only`,
);

/** A full stop behind these ends no sentence. */
export const abbreviations = set(
  'inc corp ltd co no vs u.s u.k mr mrs dr st rs approx est jan feb',
);
