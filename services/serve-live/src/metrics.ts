import {
  createLagGauges,
  type Counter,
  type Gauge,
  type Histogram,
  type LagGauges,
  type Metrics,
} from '@groundswell/runtime';

export interface LiveMetrics {
  /** Connected clients. Drops by itself = clients are being refused or expire. */
  readonly clients: Gauge;
  readonly channels: Gauge;
  readonly subscriptions: Gauge;
  /** Frames written; a client gets at most about ten a second. */
  readonly frames: Counter;
  /** Updates that no frame showed because a newer value of their key came first. Grows with load, by design. */
  readonly conflated: Counter;
  /** From a tick's arrival in the platform to the first write of its frame, seconds. B1: p99 <= 50 ms. */
  readonly tickToSocket: Histogram;
  /** Clients closed because they did not read. */
  readonly slowDisconnects: Counter;
  /** What became of subscriptions, by verdict or refusal. */
  readonly subscribes: Counter;
  /** Refused connections, by reason. */
  readonly refused: Counter;
  /** Events over a socket's allowance. */
  readonly limited: Counter;
  readonly records: Counter;
  /** Records that no codec could read; their owner dead-letters them. */
  readonly undecodable: Counter;
  /** 1 while the log can be read. */
  readonly logUp: Gauge;
  /** How far this replica is behind the log, whether batches come or not. */
  readonly lag: LagGauges;
}

/** Every metric of the service. */
export function createLiveMetrics(metrics: Metrics): LiveMetrics {
  return {
    clients: metrics.gauge({ name: 'live_clients', help: 'Connected clients.' }),
    channels: metrics.gauge({ name: 'live_channels', help: 'Channels held.' }),
    subscriptions: metrics.gauge({ name: 'live_subscriptions', help: 'Subscriptions held.' }),
    frames: metrics.counter({ name: 'live_frames_total', help: 'Channel frames written.' }),
    conflated: metrics.counter({
      name: 'live_conflated_total',
      help: 'Updates replaced by a newer value of their key before they were written.',
    }),
    tickToSocket: metrics.histogram({
      name: 'live_tick_to_socket_seconds',
      help: 'From the ingest time of a price to the first write of its frame.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 5],
    }),
    slowDisconnects: metrics.counter({
      name: 'live_slow_disconnects_total',
      help: 'Clients closed because they did not read.',
    }),
    subscribes: metrics.counter({
      name: 'live_subscribes_total',
      help: 'Subscriptions by verdict or refusal.',
      labels: ['outcome'],
    }),
    refused: metrics.counter({
      name: 'live_refused_total',
      help: 'Refused connections.',
      labels: ['reason'],
    }),
    limited: metrics.counter({ name: 'live_limited_total', help: 'Events over the allowance.' }),
    records: metrics.counter({
      name: 'live_records_total',
      help: 'Records read.',
      labels: ['topic'],
    }),
    undecodable: metrics.counter({
      name: 'live_undecodable_total',
      help: 'Records passed over.',
      labels: ['topic'],
    }),
    logUp: metrics.gauge({ name: 'live_log_up', help: '1 while the log can be read.' }),
    lag: createLagGauges(metrics),
  };
}
