import { z } from 'zod';
import { field, type Field, type FieldGroup } from './config.ts';

/** Which traces are exported, and where to. */
export interface TracingSettings {
  /** Spans are posted here. */
  readonly url: string;
  /** Share of the traces that are kept, 0 to 1. */
  readonly ratio: number;
  /** Whether a trace that its sender does not record is not recorded here either. */
  readonly asksParent: boolean;
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const endpoint = (env: string, doc: string): Field<string | undefined> =>
  field(env, z.url({ protocol: /^https?$/ }).optional(), doc);
const headers = (env: string): Field<string | undefined> =>
  field(env, z.string().optional(), 'Headers of each export, name=value, comma-separated. Secret.');
const protocol = (env: string): Field<string | undefined> =>
  field(env, z.literal('http/json').optional(), 'Only http/json is spoken.');

interface Given {
  readonly isOff: 'true' | 'false';
  readonly base?: string;
  readonly own?: string;
  readonly baseHeaders?: string;
  readonly ownHeaders?: string;
  readonly sampler: (typeof SAMPLERS)[number];
  readonly ratio: number;
}

/**
 * The variables of OpenTelemetry that count here; null = no endpoint, so nothing is traced. Headers, timeout, compression and certificates
 * are read by its exporter itself. The share is of all traces, also of those that a sender has marked as recorded: our own events are all marked
 * (ADR 21), and a caller must not decide how much we export.
 */
export const tracing: FieldGroup<TracingSettings | null> = {
  fields: {
    isOff: field(
      'OTEL_SDK_DISABLED',
      z.enum(['true', 'false']).default('false'),
      'true = no traces are exported, whatever the endpoint.',
    ),
    base: endpoint('OTEL_EXPORTER_OTLP_ENDPOINT', 'http(s) URL of a collector; empty: no export.'),
    own: endpoint('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'Full URL where only traces go.'),
    baseHeaders: headers('OTEL_EXPORTER_OTLP_HEADERS'),
    ownHeaders: headers('OTEL_EXPORTER_OTLP_TRACES_HEADERS'),
    baseProtocol: protocol('OTEL_EXPORTER_OTLP_PROTOCOL'),
    ownProtocol: protocol('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'),
    sampler: field(
      'OTEL_TRACES_SAMPLER',
      z.enum(SAMPLERS).default('parentbased_traceidratio'),
      'Which traces are kept.',
    ),
    ratio: field(
      'OTEL_TRACES_SAMPLER_ARG',
      z.coerce.number().min(0).max(1).default(0.01),
      'Share of the traces that is kept, 0 to 1, by trace id; the same in all services.',
    ),
  },
  build: (values, context) => {
    const { isOff, base, own, baseHeaders, ownHeaders, sampler, ratio } =
      values as unknown as Given;
    const given = own ?? base;
    if (given === undefined || isOff === 'true') return null;
    const variable = `OTEL_EXPORTER_OTLP_${own === undefined ? '' : 'TRACES_'}ENDPOINT`;
    const url = new URL(given);
    if (own === undefined) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
    if (url.username !== '' || url.password !== '') {
      context.refuse(`${variable}: carries a user; use OTEL_EXPORTER_OTLP_HEADERS.`);
    }
    const hasSecret = (ownHeaders ?? baseHeaders) !== undefined;
    // Spans say nothing about anybody, so they may go to an agent nearby in plaintext; a key of a tracing service may not.
    if (context.isProduction && hasSecret && url.protocol === 'http:') {
      context.refuse(`${variable}: is not https, and headers with secrets would be sent to it.`);
    }
    return { url: url.href, ratio: shareOf(sampler, ratio), asksParent: isParentBased(sampler) };
  },
};

function shareOf(sampler: Given['sampler'], ratio: number): number {
  if (sampler.endsWith('always_on')) return 1;
  return sampler.endsWith('always_off') ? 0 : ratio;
}

function isParentBased(sampler: Given['sampler']): boolean {
  return sampler.startsWith('parentbased_');
}
