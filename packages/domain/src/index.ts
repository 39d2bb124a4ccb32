export { errorCodes, type ErrorCode } from './error-codes.ts';
export {
  GroundswellError,
  BadDecimalError,
  BadTimeError,
  InvariantError,
  isRetriable,
  toError,
  type GroundswellErrorOptions,
} from './errors.ts';
export {
  ONE_E18,
  SCALE,
  bytesToE18,
  divideHalfEven,
  e18ToBytes,
  e18ToNumber,
  exceedsScale,
  formatE18,
  parseE18,
  readE18,
} from './decimal.ts';
export {
  ZERO,
  abs,
  add,
  cmp,
  div,
  fraction,
  fractionFromE18,
  isZero,
  mul,
  neg,
  roundE18,
  sign,
  sub,
  toE18,
  toNumber,
  type Fraction,
} from './fraction.ts';
export type { Span, SpanSink } from './span.ts';
export { formatTraceparent, parseTraceparent, type TraceContext } from './trace-context.ts';
export { formatIsoUs, parseIsoUs, usToMs, type Instant } from './time.ts';
export {
  localDateOf,
  localDayEndMs,
  localDayStartMs,
  wallToUtcMs,
  zoneOffsetMs,
} from './local-time.ts';
export {
  compareLatestWindow,
  compareVersions,
  type LogVersion,
  type Versioned,
  type WindowVersioned,
} from './version.ts';
