import type { Urls } from './options.ts';

/** What a service used while the load was on. */
export interface Usage {
  readonly service: string;
  readonly cpuSeconds: number;
  /** Resident memory at the end, MiB. */
  readonly residentMib: number;
}

interface Reading {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Services that tell their own usage at `/metrics`. */
const measured = { api: 'serve-api', live: 'serve-live', ingest: 'connect-brokerage' } as const;

/** Reads what the services have used so far; one that tells nothing (a proxy hides it) is left out. */
export async function readUsage(urls: Urls): Promise<ReadonlyMap<string, Reading>> {
  const readings = await Promise.all(
    Object.entries(measured).map(async ([door, service]) => {
      const url = urls[door as keyof typeof measured] ?? '';
      const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })
        .then((answer) => (answer.ok ? answer.text() : ''))
        .catch(() => '');
      return [service, readingOf(text)] as const;
    }),
  );
  return new Map(readings.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** From Prometheus's text; null where the process metrics are missing. */
export function readingOf(text: string): Reading | null {
  const value = (name: string): number =>
    Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const cpuSeconds = value('process_cpu_seconds_total');
  const residentBytes = value('process_resident_memory_bytes');
  return Number.isFinite(cpuSeconds + residentBytes) ? { cpuSeconds, residentBytes } : null;
}

/** Between two readings, of services that did not start again meanwhile. */
export function usageBetween(
  before: ReadonlyMap<string, Reading>,
  after: ReadonlyMap<string, Reading>,
): readonly Usage[] {
  return [...after].flatMap(([service, end]) => {
    const start = before.get(service);
    if (start === undefined || end.cpuSeconds < start.cpuSeconds) return [];
    return {
      service,
      cpuSeconds: Math.round((end.cpuSeconds - start.cpuSeconds) * 1000) / 1000,
      residentMib: Math.round(end.residentBytes / 2 ** 20),
    };
  });
}
