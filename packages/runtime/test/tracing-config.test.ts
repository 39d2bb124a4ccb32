import { expect } from 'chai';
import { BadConfigError, loadConfig } from '../src/index.ts';
import { tracing } from '../src/tracing-config.ts';

type Env = Readonly<Record<string, string>>;
const read = (env: Env) => loadConfig({ tracing }, env).tracing;
const BASE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const collector: Env = { [BASE]: 'http://collector:4318' };
const refusal = (env: Env): string => {
  try {
    read(env);
  } catch (thrown) {
    if (thrown instanceof BadConfigError) return thrown.message;
    throw thrown;
  }
  return 'accepted';
};

describe('settings of tracing', () => {
  it('are off without an endpoint, and where the SDK is switched off', () => {
    expect(read({})).to.equal(null);
    expect(read({ OTEL_TRACES_SAMPLER_ARG: '1' })).to.equal(null);
    expect(read({ ...collector, OTEL_SDK_DISABLED: 'true' })).to.equal(null);
  });

  it('take a base and put the path of traces behind it, or a full address as it is', () => {
    expect(read(collector)?.url).to.equal('http://collector:4318/v1/traces');
    expect(read({ [BASE]: 'https://host/otlp/' })?.url).to.equal('https://host/otlp/v1/traces');
    const own = { ...collector, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://host/in' };
    expect(read(own)?.url).to.equal('https://host/in');
  });

  it('keep one trace in a hundred unless told otherwise, by the names of the standard', () => {
    expect(read(collector)).to.include({ ratio: 0.01, asksParent: true });
    const sampler = (name: string, share = '0.5') =>
      read({ ...collector, OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share });
    expect(sampler('parentbased_traceidratio')).to.include({ ratio: 0.5, asksParent: true });
    expect(sampler('traceidratio')).to.include({ ratio: 0.5, asksParent: false });
    expect(sampler('parentbased_always_on')).to.include({ ratio: 1, asksParent: true });
    expect(sampler('always_off')).to.include({ ratio: 0, asksParent: false });
  });

  it('end the start with one sentence for each thing that cannot be', () => {
    expect(refusal({ [BASE]: 'collector:4318' })).to.include(`${BASE}: Invalid URL`);
    expect(refusal({ [BASE]: 'ftp://collector' })).to.include(`${BASE}: Invalid URL`);
    expect(refusal({ [BASE]: 'http://me:secret@collector' }))
      .to.include('carries a user')
      .and.not.include('secret@');
    expect(refusal({ ...collector, OTEL_TRACES_SAMPLER_ARG: '2' })).to.include('SAMPLER_ARG');
    expect(refusal({ ...collector, OTEL_TRACES_SAMPLER: 'mine' })).to.include('TRACES_SAMPLER');
    expect(refusal({ ...collector, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).to.include('http/json');
  });

  it('send no secret in plaintext in production, but spans to an agent nearby', () => {
    const production = { ...collector, NODE_ENV: 'production' };
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=k-123' };
    expect(read(production)?.url).to.include('http:');
    expect(read({ ...collector, ...headers })?.url).to.include('http:');
    expect(refusal({ ...production, ...headers }))
      .to.include('is not https')
      .and.not.include('k-123');
    expect(refusal({ ...production, ...headers, [BASE]: 'https://host' })).to.equal('accepted');
  });
});
