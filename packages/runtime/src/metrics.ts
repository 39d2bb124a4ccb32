import client from 'prom-client';

export type Labels = Readonly<Record<string, string | number>>;
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}
export interface Counter {
  inc(labels?: Labels, by?: number): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
  /** Forget every label set: what is no longer measured must be absent, not frozen at its last value. */
  reset(): void;
}
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

/** The service's own registry; nothing is global, so tests can make as many as they like. */
export interface Metrics {
  counter(spec: MetricSpec): Counter;
  gauge(spec: MetricSpec): Gauge;
  histogram(spec: MetricSpec & { readonly buckets?: readonly number[] }): Histogram;
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(service: string): Metrics {
  const registry = new client.Registry();
  registry.setDefaultLabels({ service });
  client.collectDefaultMetrics({ register: registry });
  const settings = (spec: MetricSpec) => ({
    name: `groundswell_${spec.name}`,
    help: spec.help,
    labelNames: [...(spec.labels ?? [])],
    registers: [registry],
  });
  return {
    counter: (spec) => {
      const metric = new client.Counter(settings(spec));
      return {
        inc: (labels = {}, by = 1) => {
          metric.inc({ ...labels }, by);
        },
      };
    },
    gauge: (spec) => {
      const metric = new client.Gauge(settings(spec));
      return {
        set: (value, labels = {}) => {
          metric.set({ ...labels }, value);
        },
        reset: () => {
          metric.reset();
        },
      };
    },
    histogram: (spec) => {
      const metric = new client.Histogram({
        ...settings(spec),
        ...(spec.buckets === undefined ? {} : { buckets: [...spec.buckets] }),
      });
      return {
        observe: (value, labels = {}) => {
          metric.observe({ ...labels }, value);
        },
      };
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
