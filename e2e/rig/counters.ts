/** Counters of services over all their lives: a killed process takes its own with it. */
export interface Counters {
  add(scraped: ReadonlyMap<string, number>): void;
  of(name: string): number;
}

export function createCounters(): Counters {
  const sums = new Map<string, number>();
  return {
    add(scraped) {
      for (const [name, value] of scraped) sums.set(name, (sums.get(name) ?? 0) + value);
    },
    of: (name) => sums.get(name) ?? 0,
  };
}

/** Sum of each metric over its labels. */
export async function scrape(url: string): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  const text = await (await fetch(`${url}/metrics`)).text();
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+_total)(?:\{[^}]*\})? (\S+)$/.exec(line);
    if (match?.[1] !== undefined) sums.set(match[1], (sums.get(match[1]) ?? 0) + Number(match[2]));
  }
  return sums;
}
