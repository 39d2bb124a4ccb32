/** What a source lets us do with its texts (section 9 of sources.md). */
export interface Rights {
  readonly storeText: boolean;
  readonly redistributeText: boolean;
}

const known: Readonly<Record<string, Rights>> = {
  // Posts are public and leave us the moment they are deleted.
  bluesky: { storeText: true, redistributeText: true },
  'bluesky-world': { storeText: true, redistributeText: true },
};

/** Nothing is shown on unless we know that it may be (R1). */
export function rightsOf(source: string): Rights {
  return known[source] ?? { storeText: true, redistributeText: false };
}
