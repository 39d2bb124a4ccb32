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
      panel('Lag, records', 'short', { '{{group}}': 'sum by (group) (groundswell_lag_records)' }),
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
      panel('Clients', 'short', { clients: 'sum(groundswell_live_clients)' }),
      panel('Channels and subscriptions', 'short', {
        channels: 'sum(groundswell_live_channels)',
        subscriptions: 'sum(groundswell_live_subscriptions)',
      }),
      panel('Frames', 'ops', { written: 'sum(rate(groundswell_live_frames_total[5m]))' }),
      panel('Gateway behind the log', 'short', {
        '{{topic}}': 'sum by (topic) (groundswell_live_lag)',
      }),
      panel('Log can be read', 'short', { '{{job}}': 'groundswell_live_log_up' }),
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
