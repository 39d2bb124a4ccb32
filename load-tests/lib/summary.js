/** The end of every scenario: k6's own numbers go to the file that `npm run load` names; it makes the reports of them. */

/** @param {unknown} data @returns {Record<string, string>} */
export function handleSummary(data) {
  return { [__ENV['SUMMARY_FILE'] ?? 'summary.json']: JSON.stringify(data) };
}
/** Shown for every time: the tail is what is promised. */
export const summaryTrendStats = ['avg', 'min', 'med', 'p(90)', 'p(99)', 'p(99.9)', 'max', 'count'];
