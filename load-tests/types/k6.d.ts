/** What the scenarios use of k6: its own types are not among our packages. */

declare module 'k6' {
  export function check<T>(
    value: T,
    checks: Readonly<Record<string, (value: T) => boolean>>,
    tags?: Readonly<Record<string, string>>,
  ): boolean;
  export function fail(reason: string): never;
  export function sleep(seconds: number): void;
}

declare module 'k6/http' {
  export interface Response {
    /** 0 when there was no answer. */
    readonly status: number;
    readonly body: string | null;
    readonly headers: Readonly<Record<string, string>>;
    /** Milliseconds. */
    readonly timings: { readonly duration: number };
    json(): unknown;
  }
  export interface Params {
    readonly headers?: Readonly<Record<string, string>>;
    readonly tags?: Readonly<Record<string, string>>;
    readonly timeout?: string;
    readonly responseCallback?: unknown;
  }
  const http: {
    get(url: string, params?: Params): Response;
    post(url: string, body: string, params?: Params): Response;
    expectedStatuses(...statuses: readonly (number | { min: number; max: number })[]): unknown;
  };
  export default http;
}

declare module 'k6/metrics' {
  type Tags = Readonly<Record<string, string>>;
  class Metric {
    constructor(name: string, isTime?: boolean);
    add(value: number, tags?: Tags): void;
  }
  export class Counter extends Metric {}
  export class Gauge extends Metric {}
  export class Rate extends Metric {}
  export class Trend extends Metric {}
}

declare module 'k6/websockets' {
  export class WebSocket {
    constructor(url: string);
    onopen: (() => void) | null;
    onclose: (() => void) | null;
    onerror: ((event: { readonly error?: string }) => void) | null;
    onmessage: ((event: { readonly data: string }) => void) | null;
    send(text: string): void;
    close(): void;
  }
}

/** Variables of the environment. */
declare const __ENV: Readonly<Record<string, string | undefined>>;
/** Number of this virtual user, from 1; 0 in setup and teardown. */
declare const __VU: number;
/** Number of this iteration of this virtual user, from 0. */
declare const __ITER: number;
