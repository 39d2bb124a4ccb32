import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { askDashboards } from '../observability/dashboard-queries.ts';
import { prometheusFaults, ringing } from '../observability/prometheus-answers.ts';

/** Answers of a Prometheus, by path. */
type Answers = Readonly<Record<string, object>>;

const target = (job: string, health = 'up', lastError = '') => ({
  labels: { job, instance: `${job}:8080` },
  health,
  lastError,
});
const rule = (name: string, health = 'ok', lastError = '') => ({ name, health, lastError });
const good: Answers = {
  '/api/v1/targets': { activeTargets: [target('serve-api'), target('watch')] },
  '/api/v1/rules': {
    groups: [
      { file: '/etc/prometheus/rules/parts.yaml', rules: [rule('PartDown')] },
      { file: '/etc/prometheus/rules/serving.yaml', rules: [rule('ApiSlow'), rule('p99')] },
    ],
  },
  '/api/v1/alertmanagers': {
    activeAlertmanagers: [{ url: 'http://alertmanager:9093/api/v2/alerts' }],
  },
  '/api/v1/alerts': {
    alerts: [
      { state: 'firing', labels: { alertname: 'LagHigh', group: 'a' } },
      { state: 'firing', labels: { alertname: 'LagHigh', group: 'b' } },
      { state: 'pending', labels: { alertname: 'ApiSlow' } },
    ],
  },
};
const wanted = {
  jobs: ['serve-api', 'watch'],
  ruleFiles: ['parts.yaml', 'serving.yaml'],
  alertmanager: 'alertmanager:9093',
};

describe('a look at a Prometheus', () => {
  let server: Server;
  let url: string;
  let answers: Answers;
  /** Samples of a query. */
  let samples: (query: string) => readonly string[];

  before((done) => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://prometheus');
      const query = searchParams.get('query') ?? '';
      const vector = {
        result: samples(query).map((number) => ({ metric: {}, value: [1, number] })),
      };
      const data = pathname === '/api/v1/query' ? vector : answers[pathname];
      response.writeHead(data === undefined ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'success', data }));
    });
    server.listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  beforeEach(() => {
    answers = good;
    samples = () => ['1'];
  });
  after((done) => {
    server.close(done);
  });
  const faultsWith = (change: Answers) => {
    answers = { ...good, ...change };
    return prometheusFaults(url, wanted);
  };

  it('finds nothing wrong with a good one', async () => {
    expect(await faultsWith({})).to.deep.equal([]);
  });

  it('sees a target that does not answer, one that is missing and one that nobody wrote down', async () => {
    const activeTargets = [target('serve-api', 'down', 'no such host'), target('stray')];
    expect(await faultsWith({ '/api/v1/targets': { activeTargets } })).to.deep.equal([
      'no job watch',
      'job stray is nowhere named',
      'serve-api is down: no such host',
    ]);
  });

  it('sees a rule file that was not loaded and a rule that fails', async () => {
    const groups = [
      {
        file: '/etc/prometheus/rules/parts.yaml',
        rules: [rule('PartDown', 'err', 'many-to-many')],
      },
    ];
    expect(await faultsWith({ '/api/v1/rules': { groups } })).to.deep.equal([
      'no rule file serving.yaml',
      'rule PartDown is err: many-to-many',
    ]);
  });

  it('sees that Alertmanager is not known', async () => {
    expect(
      await faultsWith({ '/api/v1/alertmanagers': { activeAlertmanagers: [] } }),
    ).to.deep.equal(['no Alertmanager alertmanager:9093']);
  });

  it('is an error when there is no answer', async () => {
    answers = {};
    let refused: unknown;
    await prometheusFaults(url, wanted).catch((thrown: unknown) => {
      refused = thrown;
    });
    expect(String(refused)).to.include('503');
  });

  it('names each alert that rings once, and none that only waits', async () => {
    expect(await ringing(url)).to.deep.equal(['LagHigh']);
  });

  it('finds queries without a sample, and those whose samples are no numbers', async () => {
    expect((await askDashboards(url)).empty).to.deep.equal([]);
    samples = (query) => {
      if (query.includes('kafka_log_bytes')) return [];
      return query === 'groundswell:lag_seconds:max' ? ['NaN', 'NaN'] : ['NaN', '0'];
    };
    const { asked, empty } = await askDashboards(url);
    expect(asked).to.be.greaterThan(50);
    expect(empty).to.deep.equal([
      'Groundswell: pipeline / Lag, age: groundswell:lag_seconds:max',
      'Groundswell: Kafka, Postgres, Redis / Kafka: logs: sum by (topic) (kafka_log_bytes)',
    ]);
  });

  it('asks only what is to be asked', async () => {
    samples = (query) => (query.includes('kafka_') ? [] : ['1']);
    const all = (await askDashboards(url)).asked;
    const some = await askDashboards(url, (query) => !query.includes('kafka_'));
    expect(some.empty).to.deep.equal([]);
    expect(some.asked).to.be.lessThan(all);
  });
});
