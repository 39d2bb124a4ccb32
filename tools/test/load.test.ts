import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'chai';
import { awaitCalm, busyShare, processorTimes } from '../load/calm.ts';
import { LoadError } from '../load/errors.ts';
import { helpText, listText, parseLoadOptions } from '../load/options.ts';
import { htmlReport, makeReport, textReport, type K6Summary } from '../load/report.ts';
import { scenarios } from '../load/scenarios.ts';
import { readingOf, usageBetween } from '../load/usage.ts';

const given = (address: string) => [
  ...['--url', `api=${address}`, '--url', `live=${address}`, '--url', `ingest=${address}`],
];

describe('npm run load', () => {
  it('knows exactly the scenarios that exist, and names each in its help', () => {
    const files = globSync('load-tests/scenarios/*.js').map((file) => basename(file, '.js'));
    expect(scenarios.map(({ name }) => name)).to.have.members(files);
    for (const name of files) expect(`${helpText}${listText}`.split(name).length).to.be.above(2);
  });

  it('lets scenarios import nothing but k6 and each other', () => {
    const allowed = /^(k6|k6\/(http|metrics|websockets)|\.\.?\/[\w/-]+\.js)$/;
    for (const file of globSync('load-tests/{lib,scenarios}/*.js')) {
      const names = [
        ...readFileSync(file, 'utf8').matchAll(/^(?:import|export) .*?from '(.+)';$/gm),
      ];
      for (const [, name = ''] of names) expect(name, file).to.match(allowed);
    }
  });

  it('takes defaults of the scenario and what is said otherwise', () => {
    expect(parseLoadOptions(['predict'])).to.deep.include({ seconds: 60, rate: 50, seed: 1 });
    expect(parseLoadOptions(['soak', '--duration', '2h', '--rate', '5'])).to.deep.include({
      seconds: 7200,
      rate: 5,
    });
    expect(parseLoadOptions(['--help', 'nonsense'])).to.equal('help');
  });

  for (const [why, argv] of [
    ['no scenario', []],
    ['an unknown one', ['storm']],
    ['two', ['smoke', 'soak']],
    ['a length of nothing', ['smoke', '--duration', '0s']],
    ['a rate in words', ['smoke', '--rate', 'many']],
    ['an unknown option', ['smoke', '--fast']],
    ['half a target', ['smoke', '--url', 'api=http://127.0.0.1:1']],
    ['an address that is none', ['smoke', '--url', 'api=127.0.0.1:1']],
    ['two targets', ['smoke', '--running', ...given('http://127.0.0.1:1')]],
  ] as const) {
    it(`refuses ${why}`, () => {
      expect(() => parseLoadOptions(argv)).to.throw(LoadError);
    });
  }

  it('puts no load on another machine unless told that it may', () => {
    const foreign = ['smoke', ...given('https://api.example')];
    expect(() => parseLoadOptions(foreign)).to.throw(LoadError, /not this machine/);
    expect(() => parseLoadOptions(['smoke', ...given('http://127.0.0.1.example')])).to.throw();
    expect(parseLoadOptions([...foreign, '--yes-not-loopback'])).to.be.an('object');
    expect(parseLoadOptions(['smoke', ...given('http://localhost:8080')])).to.be.an('object');
  });

  it('pins the k6 that the notes speak of', () => {
    expect(readFileSync('tools/load/k6/go.mod', 'utf8')).to.match(/go\.k6\.io\/k6\/v2 v2\.2\.0/);
    expect(existsSync('tools/load/k6/go.sum')).to.equal(true);
  });
});

describe('a calm machine', () => {
  const { signal } = new AbortController();
  /** Reads of a machine whose time was busy to these shares, one after the other. */
  const busy = (...shares: readonly number[]) => {
    let now = { busyMs: 0, totalMs: 0 };
    let look = 0;
    const between = shares.flatMap((share) => [share, 0.5]);
    return () => {
      const was = now;
      const share = between[look++] ?? 1;
      now = { busyMs: was.busyMs + share * 100, totalMs: was.totalMs + 100 };
      return was;
    };
  };

  it('is waited for, until the processors are idle for a third of a look', async () => {
    const read = busy(1, 0.9, 0.4, 0);
    expect(await awaitCalm(60, signal, { read, lookMs: 10 })).to.be.closeTo(0.4, 1e-9);
  });

  it('is not waited for longer than is said, nor after the end was asked for', async () => {
    const read = busy(1, 0.9, 0.8, 0.4);
    expect(await awaitCalm(30, signal, { read, lookMs: 10 })).to.be.closeTo(0.8, 1e-9);
    const looks: number[] = [];
    const look = () => ({ busyMs: looks.push(0), totalMs: 0 });
    await awaitCalm(30, AbortSignal.abort(), { read: look, lookMs: 10 });
    expect(looks).to.be.empty;
  });

  it('is seen by what its processors did', () => {
    const { busyMs, totalMs } = processorTimes();
    expect(totalMs).to.be.above(busyMs).and.above(0);
    const none = { busyMs: 5, totalMs: 10 };
    expect(busyShare(none, none)).to.equal(0);
    expect(busyShare(none, { busyMs: 8, totalMs: 14 })).to.equal(0.75);
  });
});

describe('what a service used', () => {
  const text = (cpu: string) =>
    `# HELP process_cpu_seconds_total x\nprocess_cpu_seconds_total{service="a"} ${cpu}\nprocess_resident_memory_bytes 1048576\n`;

  it('is read from its own metrics, with labels or without', () => {
    expect(readingOf(text('2.5'))).to.deep.equal({ cpuSeconds: 2.5, residentBytes: 1_048_576 });
    expect(readingOf('<html>')).to.equal(null);
  });

  it('is the difference of two readings, and nothing when it started again between them', () => {
    const at = (cpuSeconds: number) => new Map([['a', { cpuSeconds, residentBytes: 2 ** 21 }]]);
    const used = { service: 'a', cpuSeconds: 1.5, residentMib: 2 };
    expect(usageBetween(at(2), at(3.5))).to.deep.equal([used]);
    expect(usageBetween(at(2), at(0.5))).to.deep.equal([]);
    expect(usageBetween(new Map(), at(1))).to.deep.equal([]);
  });
});

describe('the report of a load run', () => {
  const machine = { cores: 2, cpu: 'X', memoryGib: 8, load: 1.5, node: 'v24' };
  const summary: K6Summary = {
    root_group: { checks: [{ name: 'answered', passes: 3, fails: 1 }] },
    metrics: {
      http_req_duration: {
        type: 'trend',
        contains: 'time',
        values: { med: 0.81, 'p(99)': 12.345, count: 9 },
        thresholds: { 'p(99)<3': { ok: false }, 'med<1': { ok: true } },
      },
      'lost<b>': {
        type: 'counter',
        contains: 'default',
        values: { count: 0 },
        thresholds: { 'count==0': { ok: true } },
      },
      never: {
        type: 'trend',
        contains: 'time',
        values: { max: 0, count: 0 },
        thresholds: { 'max<5': { ok: true } },
      },
    },
  };
  const options = parseLoadOptions(['predict']);
  if (typeof options === 'string') throw new LoadError('no options');
  const report = makeReport({
    options,
    summary,
    command: 'npm run load -- predict',
    target: 'here',
    startedAt: '2026-01-01T00:00:00.000Z',
    before: machine,
    after: { ...machine, load: 9 },
    busyShare: 0.625,
    usage: [{ service: 'serve-api', cpuSeconds: 1.25, residentMib: 180 }],
  });

  it('says of every threshold what was seen, and lets none hold on nothing', () => {
    expect(report.held).to.equal(false);
    expect(report.thresholds).to.deep.equal([
      { metric: 'http_req_duration', limit: 'p(99)<3', held: false, seen: '12.3 ms' },
      { metric: 'http_req_duration', limit: 'med<1', held: true, seen: '0.81 ms' },
      { metric: 'lost<b>', limit: 'count==0', held: true, seen: '0' },
      { metric: 'never', limit: 'max<5', held: false, seen: null },
    ]);
  });

  it('names the verdict and the load of the machine in words', () => {
    const text = textReport(report);
    expect(text)
      .to.include('2 of 4 thresholds failed')
      .and.include('2 cores 63 % busy, load 1.5 before, 9 after');
    expect(text).to.include('serve-api: 1.25 CPU-seconds, 180 MiB');
    expect(text).to.include('nothing measured').and.include('answered: not so 1 times of 4');
  });

  it('is a page that needs nothing else and shows names as text', () => {
    const page = htmlReport(report);
    expect(page).to.include('lost&lt;b&gt;').and.not.include('lost<b>');
    expect(page).not.to.match(/<script|src=|href=/);
  });
});
