import type { Mutant } from '../mutant.ts';

const batch = 'packages/stream/src/batch-spans.ts';
const published = 'packages/connector/src/publish-spans.ts';
const exporting = 'packages/runtime/src/span-export.ts';
const tracing = 'packages/runtime/src/tracing.ts';
const batchTests = ['packages/stream/test/batch-spans.test.ts'];
const publishTests = ['packages/connector/test/event-sink.test.ts'];
const tracingTests = ['packages/runtime/test/tracing.test.ts'];
const requestTests = ['services/serve-api/test/request-spans.test.ts'];

/** Export of traces: ids, parents, which ones, what they may say, and what an absent collector may cost. */
export const traceMutants: readonly Mutant[] = [
  {
    name: 'a derived span hangs from nothing',
    rule: 'H3',
    file: batch,
    find: 'parentSpanId: parent?.spanId ?? null',
    replace: 'parentSpanId: null',
    tests: batchTests,
  },
  {
    name: 'a derived span has an id of its own',
    rule: 'H3',
    file: batch,
    find: '      trace,\n',
    replace: "      trace: { ...trace, spanId: 'f'.repeat(16) },\n",
    tests: batchTests,
  },
  {
    name: 'a transaction that was rolled back has spans',
    rule: 'H3',
    file: batch,
    find: 'this.held.push({',
    replace: 'this.sink.add({ endUs: 30,',
    tests: batchTests,
  },
  {
    name: 'spans are made of traces that nobody keeps',
    rule: 'PF2',
    file: batch,
    find: ' || !this.sink.keeps(trace)',
    replace: '',
    tests: batchTests,
  },
  {
    name: 'a span holds the record',
    rule: 'S100',
    file: batch,
    find: "'groundswell.output.topic': topic,",
    replace: "'groundswell.output.topic': JSON.stringify(record),",
    tests: batchTests,
  },
  {
    name: 'an event is told of before the broker has it',
    rule: 'H3',
    file: published,
    find: 'return acked.then(() => {',
    replace: 'return Promise.resolve().then(() => {',
    tests: publishTests,
  },
  {
    name: 'a published event has an id other than its header',
    rule: 'H3',
    file: published,
    find: '        trace,\n',
    replace: "        trace: { ...trace, spanId: 'f'.repeat(16) },\n",
    tests: publishTests,
  },
  {
    name: 'a span holds the id of its event',
    rule: 'S100',
    file: published,
    find: "'messaging.destination.name': topic,",
    replace: "'messaging.destination.name': headers['event_id'] ?? '',",
    tests: publishTests,
  },
  {
    name: 'each service draws its own lots for a trace',
    rule: 'H3',
    file: exporting,
    find: 'new TraceIdRatioBasedSampler(ratio)',
    replace: 'new TraceIdRatioBasedSampler(ratio * Math.random())',
    tests: tracingTests,
  },
  {
    name: 'a sender that does not record is not heard',
    rule: 'H3',
    file: exporting,
    find: '(sampled || !asksParent)',
    replace: '(sampled || asksParent)',
    tests: tracingTests,
  },
  {
    name: 'spans without room are dropped without a word',
    rule: 'H3',
    file: exporting,
    find: 'if (waiting >= MAX_WAITING) return false;',
    replace: '',
    tests: tracingTests,
  },
  {
    name: 'an exported span has lost its parent',
    rule: 'H3',
    file: exporting,
    find: '...(parentSpanId === null',
    replace: '...(parentSpanId !== ""',
    tests: tracingTests,
  },
  {
    name: 'a process waits for its collector to the end',
    rule: 'ST9',
    file: tracing,
    find: 'Promise.race([flushed, sleep(budgetMs, false)])',
    replace: 'flushed',
    tests: tracingTests,
  },
  {
    name: 'the last of a stop is told that all the time is left',
    rule: 'ST9',
    file: 'packages/runtime/src/lifecycle.ts',
    find: 'shutdownMs - (performance.now() - beganMs)',
    replace: 'shutdownMs',
    tests: ['packages/runtime/test/lifecycle.test.ts'],
  },
  {
    name: 'each failed export is a line in the log',
    rule: 'H3',
    file: tracing,
    find: 'if (isAway === (error !== null)) return;',
    replace: '',
    tests: tracingTests,
  },
  {
    name: 'a request is not the child of its caller',
    rule: 'H3',
    file: 'packages/runtime/src/request-span.ts',
    find: 'parentSpanId: parent?.spanId ?? null',
    replace: 'parentSpanId: null',
    tests: requestTests,
  },
  {
    name: 'a span of a request holds its address',
    rule: 'S10',
    file: 'services/serve-api/src/app.ts',
    find: 'const { path: route } = asked;',
    replace: 'const route = req.originalUrl;',
    tests: requestTests,
  },
  {
    name: 'a key of a tracing service is sent in plaintext',
    rule: 'S71',
    file: 'packages/runtime/src/tracing-config.ts',
    find: 'context.isProduction && hasSecret &&',
    replace: 'context.isProduction && !hasSecret &&',
    tests: ['packages/runtime/test/tracing-config.test.ts'],
  },
];
