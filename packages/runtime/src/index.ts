export type {
  DatabaseAccess,
  KafkaAccess,
  KafkaSasl,
  RedisAccess,
  RegistryAccess,
} from './access.ts';
export {
  BadConfigError,
  field,
  isProduction,
  loadConfig,
  type ConfigOf,
  type Field,
  type FieldGroup,
  type Fields,
  type GroupContext,
} from './config.ts';
export { fields } from './fields.ts';
export {
  createHealth,
  healthRoutes,
  startHealthServer,
  type Check,
  type CheckFn,
  type Health,
  type HealthServerOptions,
  type Report,
} from './health.ts';
export { listen } from './listen.ts';
export {
  createLifecycle,
  type Lifecycle,
  type LifecycleOptions,
  type Release,
} from './lifecycle.ts';
export { createLogger, type LogFields, type Logger, type LoggerOptions } from './logger.ts';
export { createLagGauges, type LagGauges } from './lag-gauges.ts';
export {
  createMetrics,
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  type MetricSpec,
  type Metrics,
} from './metrics.ts';
export { addRequestSpan, callerTrace, type ServedRequest } from './request-span.ts';
export { runService, systemClock, type Clock, type ServiceContext } from './service.ts';
export { secretFile, secretText, type Secret } from './secret.ts';
export { asUntrustedPeer, tlsOptions, UntrustedPeerError, type TlsFiles } from './tls.ts';
