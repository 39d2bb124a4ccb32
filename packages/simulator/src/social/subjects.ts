import { worldInstruments } from '../world/instruments.ts';

/** What people write about: an instrument of the venue as they call it, and how its crowd behaves. */
export interface Subject {
  readonly product: string;
  /** `crypto:TIDE-USD` */
  readonly instrumentId: string;
  /** Without the `$`. */
  readonly ticker: string;
  /** As seeded into the aliases of namespace `name`. */
  readonly name: string;
  /** The ticker is a word somewhere: without a `$` nobody can tell what is meant (S51). */
  readonly isWord: boolean;
  /** Weight in the choice of what the next post is about. */
  readonly popularity: number;
  /**
   * Seconds in which the mood follows its cause. The cause is the price of a little later (see `mood.ts`), so a quick crowd leads the
   * price and a slow one trails behind it.
   */
  readonly inertiaSeconds: number;
}

/** Name, popularity, inertia. MOSS, NRTH, GLCR and KESTR are so quiet that a brigade stands out. */
const CROWDS: Readonly<Record<string, readonly [string, number, number]>> = {
  TIDE: ['Tidewater', 9, 25],
  MOSS: ['Mossgrove', 1, 240],
  NRTH: ['Northlight', 1, 120],
  CINDR: ['Cinder', 8, 20],
  HELX: ['Helix', 6, 60],
  GLCR: ['Glacier', 1, 300],
  VOLT: ['Volt', 9, 15],
  KESTR: ['Kestrel', 1, 90],
  BTC: ['Bitcoin', 26, 180],
  ETH: ['Ether', 16, 150],
  SOL: ['Solana', 10, 60],
  DOGE: ['Dogecoin', 8, 20],
};
/** At most this popular: a subject for brigades. */
const QUIET = 1;

export const subjects: readonly Subject[] = worldInstruments.map(({ product }) => {
  const ticker = product.replace(/-USD$/, '');
  const [name, popularity, inertiaSeconds] = CROWDS[ticker] ?? [ticker, 1, 60];
  const instrumentId = `crypto:${product}`;
  const isWord = ticker === 'SOL';
  return { product, instrumentId, ticker, name, isWord, popularity, inertiaSeconds };
});

export const loudSubjects: readonly Subject[] = subjects.filter(
  ({ popularity }) => popularity > QUIET,
);
export const quietSubjects: readonly Subject[] = subjects.filter(
  ({ popularity }) => popularity <= QUIET,
);
