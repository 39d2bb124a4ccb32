import type { Mutant } from '../mutant.ts';

const tokens = ['packages/auth/test/refused-tokens.test.ts'];
const door = ['services/connect-brokerage/test/ingest.test.ts'];
const imports = ['tools/test/import.test.ts'];
const sync = ['packages/client/test/channel-sync.test.ts'];
const tracker = ['packages/connector/test/stream-tracker.test.ts'];

/** Where data comes in and goes out: connectors, producers, tokens, imports, clients. */
export const edgeMutants: readonly Mutant[] = [
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
    name: 'idle connections are closed while a balancer may still use them',
    rule: 'S52',
    file: 'packages/runtime/src/listen.ts',
    find: 'server.keepAliveTimeout = KEEP_ALIVE_MS;',
    replace: '',
    tests: ['packages/runtime/test/listen.test.ts'],
  },
  {
    name: 'every statement gets a name of its own at each run',
    rule: 'PF23',
    file: 'packages/postgres/src/statement-names.ts',
    find: 'names.set(text, name);',
    replace: 'names.set(`${text} ${name}`, name);',
    tests: ['packages/postgres/test/statement-names.test.ts'],
  },
  {
    name: 'statements get names without end',
    rule: 'PF23',
    file: 'packages/postgres/src/statement-names.ts',
    find: 'known !== undefined || names.size >= capacity',
    replace: 'known !== undefined',
    tests: ['packages/postgres/test/statement-names.test.ts'],
  },
  {
    name: 'the operations page waits for a broker as long as its client does',
    rule: 'H9',
    file: 'services/serve-api/src/adapters/log-ends.ts',
    find: 'const DEADLINE_MS = 2000;',
    replace: 'const DEADLINE_MS = 60_000;',
    tests: ['services/serve-api/test/log-ends.test.ts'],
  },
  {
    name: 'a client is told of the first change of a channel only',
    rule: 'PF27',
    file: 'services/serve-live/src/core/subscription.ts',
    find: 'subscription.isTold = false;',
    replace: '',
    tests: ['services/serve-live/test/pusher.test.ts', 'services/serve-live/test/gateway.test.ts'],
  },
];
