import type { Metrics } from '@groundswell/runtime';

/** Value of one metric line, 0 when it is not there. */
export async function metric(metrics: Metrics, ...parts: readonly string[]): Promise<number> {
  const lines = (await metrics.text()).split('\n');
  const line = lines.find(
    (one) => !one.startsWith('#') && parts.every((part) => one.includes(part)),
  );
  return Number(line?.split(' ').at(-1) ?? 0);
}
