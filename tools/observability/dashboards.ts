/** The Grafana dashboards, as data. `tools/generate-dashboards.ts` writes them; `check-dashboards.ts` asks a real Prometheus. */
interface Panel {
  readonly title: string;
  readonly unit: 'short' | 's' | 'percentunit' | 'ops' | 'bytes';
  readonly queries: Readonly<Record<string, string>>;
}
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}
const panel = (title: string, unit: Panel['unit'], queries: Panel['queries']): Panel => ({
  title,
  unit,
  queries,
});
const p = (quantile: number, histogram: string, by: string): string =>
  `histogram_quantile(${quantile}, sum by (le, ${by}) (rate(groundswell_${histogram}_bucket[5m])))`;

export const dashboards: readonly Dashboard[] = [
  {
    uid: 'groundswell-pipeline',
    title: 'Groundswell: pipeline',
    panels: [
      panel('Lag, age', 's', { '{{group}}': 'groundswell:lag_seconds:max' }),
      panel('Lag, records', 'short', {
        // Every replica of a gateway reads every partition: the slowest counts.
        '{{group}}': 'sum by (group) (max by (group, topic, partition) (groundswell_lag_records))',
      }),
      panel('Records by verdict', 'ops', {
        '{{job}} {{topic}} {{verdict}}': 'groundswell:records:rate5m',
      }),
      panel('One batch, p99', 's', { '{{job}}': p(0.99, 'commit_seconds', 'job') }),
      panel('Outbox', 'short', { '{{group}}': 'sum by (group) (groundswell_outbox_rows)' }),
      panel('Outbox, oldest row', 's', {
        '{{group}}': 'max by (group) (groundswell_outbox_oldest_seconds)',
      }),
      panel('Tasks', 'short', { '{{group}}': 'groundswell:tasks_owned:sum' }),
      panel('Tasks stopped', 'short', {
        '{{group}}': 'sum by (group) (groundswell_tasks_stopped)',
      }),
      panel('Checkpoint age', 's', {
        '{{group}}': 'max by (group) (groundswell_checkpoint_age_seconds)',
      }),
      panel('Position age where records wait', 's', {
        '{{group}}':
          'max by (group) (groundswell_position_age_seconds * (groundswell_lag_records > bool 0))',
      }),
      panel('Records without one verdict (I13)', 'short', {
        '{{group}}': 'sum by (group) (groundswell_conservation_imbalance_records)',
      }),
      panel('Canary, trade to feature', 's', {
        p50: 'histogram_quantile(0.5, sum by (le) (rate(groundswell_canary_seconds_bucket[5m])))',
        p99: 'histogram_quantile(0.99, sum by (le) (rate(groundswell_canary_seconds_bucket[5m])))',
      }),
    ],
  },
  {
    uid: 'groundswell-connectors',
    title: 'Groundswell: connectors',
    panels: [
      panel('Connected', 'short', { '{{source}}': 'groundswell_connector_up' }),
      panel('Events', 'ops', {
        '{{source}}': 'sum by (source) (rate(groundswell_connector_events_total[5m]))',
      }),
      panel('Frames', 'ops', {
        '{{source}} {{kind}}':
          'sum by (source, kind) (rate(groundswell_connector_frames_total[5m]))',
      }),
      panel('In flight', 'short', { '{{source}}': 'groundswell_connector_in_flight_count' }),
      panel('Arrival behind event', 's', { '{{source}}': 'groundswell_connector_lag_seconds' }),
      panel('Transactions accepted', 'ops', {
        '{{sender}}': 'sum by (sender) (rate(groundswell_ingest_items_accepted_total[5m]))',
      }),
    ],
  },
  {
    uid: 'groundswell-features',
    title: 'Groundswell: features',
    panels: [
      panel('Age of the newest value', 's', {
        '{{feature_set}}': 'groundswell_feature_age_seconds',
      }),
      panel('Published', 'ops', {
        '{{job}}': 'sum by (job) (rate(groundswell_outbox_published_total[5m]))',
      }),
      panel('What the cache did', 'ops', {
        '{{topic}} {{outcome}}':
          'sum by (topic, outcome) (rate(groundswell_projection_values_total[5m]))',
      }),
      panel('Canaries on their way', 's', {
        '{{partition}}': 'max by (partition) (groundswell_canary_waiting_seconds)',
      }),
      panel('Canaries slower than 2 s', 'percentunit', {
        '5 min': 'groundswell:canary_slow:ratio5m',
        '1 h': 'groundswell:canary_slow:ratio1h',
      }),
    ],
  },
  {
    uid: 'groundswell-serving',
    title: 'Groundswell: gateway and API',
    panels: [
      panel('Requests', 'ops', {
        '{{operation}} {{status}}':
          'sum by (operation, status) (rate(groundswell_http_requests_total[5m]))',
      }),
      panel('Request, p99', 's', { '{{operation}}': p(0.99, 'http_request_seconds', 'operation') }),
      panel('Latest values by store', 'ops', {
        '{{from}}': 'sum by (from) (rate(groundswell_latest_served_total[5m]))',
      }),
      panel('Errors', 'percentunit', { '5 min': 'groundswell:api_errors:ratio5m' }),
      panel('Ingest: requests', 'ops', {
        '{{sender}} {{status}}':
          'sum by (sender, status) (rate(groundswell_ingest_requests_total[5m]))',
      }),
      panel('Ingest: request, p99', 's', {
        '{{sender}}': p(0.99, 'ingest_request_seconds', 'sender'),
      }),
      panel('Ingest: errors', 'percentunit', { '5 min': 'groundswell:ingest_errors:ratio5m' }),
      panel('Clients', 'short', { clients: 'sum(groundswell_live_clients)' }),
      panel('Channels and subscriptions', 'short', {
        channels: 'sum(groundswell_live_channels)',
        subscriptions: 'sum(groundswell_live_subscriptions)',
      }),
      panel('Frames', 'ops', { written: 'sum(rate(groundswell_live_frames_total[5m]))' }),
      panel('Gateway behind the log', 'short', {
        '{{topic}}':
          'max by (topic) (sum by (instance, topic) (groundswell_lag_records{group="serve-live"}))',
      }),
      panel('Log can be read', 'short', { '{{job}}': 'groundswell_live_log_up' }),
    ],
  },
  {
    uid: 'groundswell-parts',
    title: 'Groundswell: Kafka, Postgres, Redis',
    panels: [
      panel('Kafka: records in', 'ops', {
        '{{topic}}': 'sum by (topic) (rate(kafka_topic_messagesinpersec_total[5m]))',
      }),
      panel('Kafka: bytes in and out', 'bytes', {
        in: 'sum(rate(kafka_topic_bytesinpersec_total[5m]))',
        out: 'sum(rate(kafka_topic_bytesoutpersec_total[5m]))',
      }),
      panel('Kafka: request, p99 (ms)', 'short', {
        '{{request}}': 'max by (request) (kafka_request_p99_milliseconds)',
      }),
      panel('Kafka: idle request handlers', 'percentunit', {
        idle: 'min(kafka_request_handlers_idle_ratio)',
      }),
      panel('Kafka: logs', 'bytes', { '{{topic}}': 'sum by (topic) (kafka_log_bytes)' }),
      panel('Kafka: partitions short of replicas, topics that cannot be used', 'short', {
        'short of replicas': 'sum(groundswell_kafka_underreplicated_partitions)',
        'topics down': 'sum(1 - groundswell_kafka_topic_up)',
      }),
      panel('Postgres: connections', 'short', {
        '{{state}}': 'sum by (state) (groundswell_postgres_connections)',
        limit: 'max(groundswell_postgres_connections_max)',
      }),
      panel('Postgres: transactions', 'ops', {
        '{{outcome}}': 'sum by (outcome) (rate(groundswell_postgres_transactions_total[5m]))',
      }),
      panel('Postgres: log written per second', 'bytes', {
        bytes: 'rate(groundswell_postgres_wal_bytes_total[5m])',
      }),
      panel('Postgres: reads from the cache', 'percentunit', {
        cache:
          'sum(rate(groundswell_postgres_blocks_total{from="cache"}[5m])) / sum(rate(groundswell_postgres_blocks_total[5m]))',
      }),
      panel('Postgres: oldest transaction', 's', {
        age: 'max(groundswell_postgres_oldest_transaction_seconds)',
      }),
      panel('Postgres: size', 'bytes', { database: 'max(groundswell_postgres_database_bytes)' }),
      panel('Postgres: rows to clean', 'short', {
        '{{table}}': 'topk(8, max by (table) (groundswell_postgres_dead_rows))',
      }),
      panel('Redis: memory', 'bytes', { used: 'max(groundswell_redis_memory_bytes)' }),
      panel('Redis: commands', 'ops', { all: 'sum(rate(groundswell_redis_commands_total[5m]))' }),
      panel('Redis: reads', 'ops', {
        '{{outcome}}': 'sum by (outcome) (rate(groundswell_redis_lookups_total[5m]))',
      }),
      panel('Redis: keys and clients', 'short', {
        keys: 'max(groundswell_redis_keys)',
        clients: 'max(groundswell_redis_clients)',
      }),
    ],
  },
  {
    uid: 'groundswell-processes',
    title: 'Groundswell: processes',
    panels: [
      panel('Up', 'short', { '{{job}}': 'up' }),
      panel('CPU', 'percentunit', { '{{job}}': 'rate(process_cpu_seconds_total[5m])' }),
      panel('Resident memory', 'bytes', { '{{job}}': 'process_resident_memory_bytes' }),
      panel('Event loop, p99', 's', { '{{job}}': 'nodejs_eventloop_lag_p99_seconds' }),
      panel('Heap', 'bytes', { '{{job}}': 'nodejs_heap_size_used_bytes' }),
      panel('Open files', 'short', { '{{job}}': 'process_open_fds' }),
    ],
  },
];

/** The JSON that Grafana 10 and later import; two panels a row, the data source is chosen by a variable. */
export function grafanaJson({ uid, title, panels }: Dashboard): string {
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  const model = {
    uid,
    title,
    tags: ['groundswell'],
    timezone: 'utc',
    schemaVersion: 39,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }],
    },
    panels: panels.map(({ title: name, unit, queries }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title: name,
      datasource,
      gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: Object.entries(queries).map(([legendFormat, expr], at) => ({
        refId: String.fromCharCode(65 + at),
        datasource,
        expr,
        legendFormat,
      })),
    })),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}
