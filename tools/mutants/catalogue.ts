/**
 * Seeded faults that a test must catch (reliability-tests T1): a test counts because it was seen red. Each is one edit of one file,
 * tried in memory against the tests named; `npm run mutants` and the stage `mutants` of `npm test` run them.
 */
export interface Mutant {
  /** The fault, as somebody would make it. */
  readonly name: string;
  /** Rule that it breaks. */
  readonly rule: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Test files of which one must fail. */
  readonly tests: readonly string[];
}

const classify = ['packages/stream/test/classify.test.ts'];
const relay = ['packages/stream/test/relay.test.ts'];
const suspects = ['packages/stream/test/suspects.test.ts'];
const trace = ['packages/stream/test/trace.test.ts'];
const ledger = ['packages/ledger/test/ledger.test.ts', 'packages/ledger/test/valuation.test.ts'];
const bars = ['packages/market/test/bar-series.test.ts'];
const tokens = ['packages/auth/test/refused-tokens.test.ts'];
const disposition = ['packages/behaviour/test/disposition.test.ts'];
const days = ['services/derive-behaviour/test/core/behaviour-operator.test.ts'];
const door = ['services/connect-brokerage/test/ingest.test.ts'];
const imports = ['tools/test/import.test.ts'];
const sync = ['packages/client/test/channel-sync.test.ts'];
const tracker = ['packages/connector/test/stream-tracker.test.ts'];

export const mutants: readonly Mutant[] = [
  {
    name: 'the outbox is marked before the broker has answered',
    rule: 'I8',
    file: 'packages/stream/src/relay.ts',
    find: 'await Promise.all([...(await this.byPartition(rows)).values()].map((send) => send()));',
    replace:
      'void Promise.all([...(await this.byPartition(rows)).values()].map((send) => send())).catch(() => undefined);',
    tests: relay,
  },
  {
    name: 'a future-dated record moves the clock',
    rule: 'Q4',
    file: 'packages/stream/src/classify.ts',
    find: 'if (aheadUs > 0 || skewUs > 0) {',
    replace: 'if (aheadUs > 0) clock = value.eventTimeUs;\n    if (aheadUs > 0 || skewUs > 0) {',
    tests: classify,
  },
  {
    name: 'nobody looks at the ingest clock',
    rule: 'Q4',
    file: 'packages/stream/src/classify.ts',
    find: 'aheadUs > 0 || skewUs > 0',
    replace: 'aheadUs > 0',
    tests: classify,
  },
  {
    name: 'ids beyond the horizon are accepted',
    rule: 'Q5',
    file: 'packages/stream/src/classify.ts',
    find: 'if (spec.ageLimit &&',
    replace: 'if (!spec.ageLimit &&',
    tests: classify,
  },
  {
    name: 'the message key is not compared with the entity',
    rule: 'Q2',
    file: 'packages/stream/src/classify.ts',
    find: "return text === entity ? null : 'wrong_key';",
    replace: 'return null;',
    tests: classify,
  },
  {
    name: 'records that are gone from the log are passed over',
    rule: 'H5',
    file: 'packages/stream/src/jump-guard.ts',
    find: 'if (range !== undefined && range.startOffset > nextOffset) {',
    replace: 'if (range === undefined) {',
    tests: ['packages/stream/test/jump-guard.test.ts'],
  },
  {
    name: 'one failure makes a record poison',
    rule: 'I9',
    file: 'packages/stream/src/suspects.ts',
    find: 'failures >= 2',
    replace: 'failures >= 1',
    tests: suspects,
  },
  {
    name: 'a constraint that was broken is blamed on a record',
    rule: 'I9',
    file: 'packages/stream/src/suspects.ts',
    find: ".startsWith('22')",
    replace: ".startsWith('2')",
    tests: suspects,
  },
  {
    name: 'a derived record has the trace of whatever came last',
    rule: 'H3',
    file: 'packages/stream/src/trace.ts',
    find: 'newest.get(entity) ?? last',
    replace: 'last',
    tests: trace,
  },
  {
    name: 'every derived record starts a trace',
    rule: 'H3',
    file: 'packages/stream/src/trace.ts',
    find: 'parent ?? {}',
    replace: '{} as Partial<TraceContext>',
    tests: trace,
  },
  {
    name: 'the relay forgets the trace of a row',
    rule: 'H3',
    file: 'packages/stream/src/relay.ts',
    find: 'recordHeaders(row.eventId, row.traceparent ?? undefined)',
    replace: 'recordHeaders(row.eventId)',
    tests: relay,
  },
  {
    name: 'a trace of zeros is a trace',
    rule: 'H3',
    file: 'packages/domain/src/trace-context.ts',
    find: 'ALL_ZERO.test(traceId) || ',
    replace: '',
    tests: ['packages/domain/test/trace-context.property.test.ts'],
  },
  {
    name: 'a window closes one millisecond late',
    rule: 'W3',
    file: 'packages/windows/src/lateness.ts',
    find: 'return windowEndMs + acceptMs <= streamTimeMs;',
    replace: 'return windowEndMs + acceptMs < streamTimeMs;',
    tests: ['packages/windows/test/windows.test.ts', ...bars],
  },
  {
    name: 'silence announces nothing',
    rule: 'W4',
    file: 'packages/windows/src/status.ts',
    find: 'clocks.idle || clocks.streamTimeMs',
    replace: 'clocks.streamTimeMs',
    tests: ['packages/windows/test/windows.test.ts', ...bars],
  },
  {
    name: 'versions are compared as text',
    rule: 'I7',
    file: 'packages/domain/src/version.ts',
    find: 'x.offset - y.offset',
    replace: 'String(x.offset).localeCompare(String(y.offset))',
    tests: ['packages/domain/test/version.test.ts'],
  },
  {
    name: 'a latest-window slot goes by revision alone',
    rule: 'I7',
    file: 'packages/domain/src/version.ts',
    find: 'a.windowStartUs - b.windowStartUs || ',
    replace: '',
    tests: ['packages/domain/test/version.test.ts'],
  },
  {
    name: 'ties are rounded up',
    rule: 'W10',
    file: 'packages/domain/src/decimal.ts',
    find: 'twice === divisor && quotient % 2n !== 0n',
    replace: 'twice === divisor',
    tests: ['packages/domain/test/decimal.test.ts'],
  },
  {
    name: 'a fee booked by itself is not counted',
    rule: 'C4',
    file: 'packages/ledger/src/fold.ts',
    find: 'book.fees = add(book.fees, amount);',
    replace: '',
    tests: ledger,
  },
  {
    name: 'dividends are no income',
    rule: 'C4',
    file: 'packages/ledger/src/fold.ts',
    find: 'book.income = add(book.income, amount);',
    replace: '',
    tests: ledger,
  },
  {
    name: 'a paper gain needs no room for the fee',
    rule: 'B1',
    file: 'packages/behaviour/src/disposition.ts',
    find: "cmp(sub(prices.low, fee), cost) > 0) return 'pg'",
    replace: "cmp(prices.low, cost) > 0) return 'pg'",
    tests: ['packages/behaviour/test/disposition.test.ts'],
  },
  {
    name: 'a day with one symbol counts',
    rule: 'B1',
    file: 'packages/behaviour/src/disposition.ts',
    find: 'opportunities.length < 2',
    replace: 'opportunities.length < 1',
    tests: ['packages/behaviour/test/disposition.test.ts'],
  },
  {
    name: 'a frame after a hole is applied',
    rule: 'I14',
    file: 'packages/client/src/channel-sync.ts',
    find: 'frame.epoch !== this.#cursor.epoch || frame.from > this.#cursor.seq',
    replace: 'frame.epoch !== this.#cursor.epoch',
    tests: sync,
  },
  {
    name: 'a frame of another epoch is applied',
    rule: 'I14',
    file: 'packages/client/src/channel-sync.ts',
    find: 'frame.epoch !== this.#cursor.epoch || ',
    replace: '',
    tests: sync,
  },
  {
    name: 'frames before the answer are dropped',
    rule: 'I14',
    file: 'packages/client/src/channel-sync.ts',
    find: 'this.#buffer.push(frame);',
    replace: '',
    tests: sync,
  },
  {
    name: 'a hole in the ids goes unseen',
    rule: 'K7',
    file: 'packages/connector/src/stream-tracker.ts',
    find: 'if (id > nextId) extend(id - 1, timeUs, nowMs);',
    replace: '',
    tests: tracker,
  },
  {
    name: 'a partition is sent while its last batch is unanswered',
    rule: 'PF16',
    file: 'packages/kafka/src/partition-batcher.ts',
    find: 'if (this.#unanswered === 0) this.sendNow();\n    else',
    replace: 'this.sendNow();\n    if (false)',
    tests: ['packages/kafka/test/micro-batcher.test.ts'],
  },
  {
    name: 'sends behind a failed one go on',
    rule: 'P5',
    file: 'packages/kafka/src/send-queue.ts',
    find: 'if (this.#failures !== queuedAt) throw this.#lastError;',
    replace: '',
    tests: ['packages/kafka/test/send-queue.test.ts'],
  },
  {
    name: 'the last three bytes of a key do not count',
    rule: 'E4',
    file: 'packages/kafka/src/murmur2.ts',
    find: 'if (rest >= 3) hash ^= (bytes[words + 2] ?? 0) << 16;',
    replace: '',
    tests: ['packages/kafka/test/murmur2.test.ts'],
  },
  {
    name: 'a token for somebody else is good',
    rule: 'S3',
    file: 'packages/auth/src/claims.ts',
    find: "if (!isFor(claims['aud'], rules.audience)) throw new UnauthenticatedError('audience');",
    replace: '',
    tests: tokens,
  },
  {
    name: 'expiry is not looked at',
    rule: 'S3',
    file: 'packages/auth/src/claims.ts',
    find: 'expiresAtMs <= nowMs - rules.skewMs ||',
    replace: '',
    tests: tokens,
  },
  {
    name: 'a paper gain is one before the fee of buying',
    rule: 'B1',
    file: 'packages/behaviour/src/disposition.ts',
    find: 'sub(prices.low, fee)',
    replace: 'prices.low',
    tests: disposition,
  },
  {
    name: 'covering a short counts as a sale',
    rule: 'B1',
    file: 'packages/behaviour/src/timeline.ts',
    find: 'if (sign(before.qty) <= 0 || isZero(units)) return;',
    replace: 'if (isZero(units)) return;',
    tests: disposition,
  },
  {
    name: 'one side with enough opportunities is enough',
    rule: 'B1',
    file: 'packages/behaviour/src/disposition.ts',
    find: 'gains < minimum || losses < minimum',
    replace: 'gains + losses < minimum',
    tests: disposition,
  },
  {
    name: 'every local day has 24 hours',
    rule: 'C8',
    file: 'packages/behaviour/src/local-days.ts',
    find: 'endMs: startMs(day + 1)',
    replace: 'endMs: startMs(day) + 86_400_000',
    tests: disposition,
  },
  {
    name: 'a day is final as soon as it is over somewhere',
    rule: 'B1',
    file: 'services/derive-behaviour/src/core/habits.ts',
    find: 'Math.min(...open) - 1',
    replace: 'Math.max(...open) - 1',
    tests: days,
  },
  {
    name: 'a late price leaves the days as they are',
    rule: 'L8',
    file: 'services/derive-behaviour/src/core/behaviour-operator.ts',
    find: 'await this.prices.refresh(priced, reader);',
    replace: '',
    tests: days,
  },
  {
    name: 'equal fills of two requests are one',
    rule: 'E10',
    file: 'services/connect-brokerage/src/sources/http/transaction.ts',
    find: 'transaction.occurrence ?? next',
    replace: 'next',
    tests: door,
  },
  {
    name: 'an hour that clocks went forward over is guessed',
    rule: 'T7',
    file: 'tools/import/values.ts',
    find: 'utcMs + zoneOffsetMs(utcMs, rule.zone) !== wallMs',
    replace: 'wallMs < 0',
    tests: imports,
  },
  {
    name: 'silence makes a window final that is not over',
    rule: 'W4',
    file: 'packages/mood/src/window-book.ts',
    find: 'idle: clocks.idle && isOver',
    replace: 'idle: clocks.idle',
    tests: ['services/derive-sentiment/test/core/mood-operator.test.ts'],
  },
];
