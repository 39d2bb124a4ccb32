/**
 * The first sample of a metric in Prometheus's text format. Pure.
 * @param {string} text
 * @param {string} name
 * @returns {number} NaN where it is not exported
 */
export function valueOf(text, name) {
  const line = text
    .split('\n')
    .find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  return line === undefined ? Number.NaN : Number(line.slice(line.lastIndexOf(' ') + 1));
}
