import { z } from 'zod';
import { dashboards } from './dashboards.ts';
import { askPrometheus } from './prometheus-answers.ts';

const vector = z.object({
  result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
});

/** What became of the queries of all dashboards. */
export interface Asked {
  readonly asked: number;
  /** `<dashboard> / <panel>: <query>` of those without data. */
  readonly empty: readonly string[];
}

/**
 * Asks a Prometheus every query of every dashboard. A sample that is no number (0 / 0: nothing happened) draws nothing, so it counts as no data.
 *
 * @param isAsked which queries to ask @default all
 */
export async function askDashboards(
  url: string,
  isAsked: (query: string) => boolean = () => true,
): Promise<Asked> {
  const all = dashboards.flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      Object.values(panel.queries).map((query) => ({
        query,
        name: `${title} / ${panel.title}: ${query}`,
      })),
    ),
  );
  const asked = all.filter(({ query }) => isAsked(query));
  const empty: string[] = [];
  for (const { query, name } of asked) {
    const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
    const { result } = await askPrometheus(url, path, vector);
    if (!result.some(({ value: [, number] }) => number !== 'NaN')) empty.push(name);
  }
  return { asked: asked.length, empty };
}
