/** What some values make, on top of the minimal example, where no example shows it: a template, and how often a text stands in it. */
export interface Variant {
  readonly sets: readonly string[];
  readonly template: string;
  readonly has: Readonly<Record<string, number>>;
}

const jobs = 'templates/jobs.yaml';
const scaling = 'templates/autoscaling.yaml';
const authentications = 'templates/trigger-authentications.yaml';
const workloads = 'templates/workloads.yaml';
const policies = 'templates/network-policies.yaml';
const canary = (tag: string): string =>
  `ingress.enabled=true,rollout.strategy=canary,rollout.canary.tag=${tag}`;
const colours = 'rollout.strategy=blueGreen,rollout.blueGreen.greenTag';
/** A component that people reach and that scales on lag. */
const reached =
  'components.derive-market.host=api,components.derive-market.paths[0].path=/x,components.derive-market.paths[0].type=Exact';

export const variants: readonly Variant[] = [
  { sets: ['image.tag=3f2a91c'], template: jobs, has: { 'migrate:3f2a91c': 1 } },
  { sets: [canary('0.2.0')], template: jobs, has: { 'migrate:0.2.0': 1, 'schemas:0.2.0': 1 } },
  { sets: [canary('0.0.9')], template: jobs, has: { 'migrate:0.1.0': 1 } },
  { sets: [canary('0.1.0-rc.1')], template: jobs, has: { 'migrate:0.1.0\n': 1 } },
  // The pipeline tags by commit, and its canary is what comes.
  {
    sets: ['image.tag=ffffff0', canary('3f2a91c')],
    template: jobs,
    has: { 'migrate:3f2a91c': 1, 'schemas:3f2a91c': 1 },
  },
  { sets: [`${colours}=v0.10.0`, 'image.tag=0.9.0'], template: jobs, has: { 'te:v0.10.0': 1 } },
  {
    sets: [`${colours}=3f2a91c`, 'jobs.migrate.tag=3f2a91c', 'jobs.deploy-schemas.tag=3f2a91c'],
    template: jobs,
    has: { 'migrate:3f2a91c': 1 },
  },
  {
    sets: ['keda.enabled=true'],
    template: scaling,
    has: { 'tls: disable': 4, 'sasl:': 0, authenticationRef: 0 },
  },
  {
    sets: ['keda.enabled=true', 'kafka.tls=true'],
    template: scaling,
    has: { 'tls: enable': 4, authenticationRef: 0 },
  },
  {
    sets: ['keda.enabled=true', 'kafka.tls=true', 'caBundle.configMap=ca'],
    template: authentications,
    has: { 'parameter: ca': 3, 'parameter: password': 0 },
  },
  {
    sets: ['keda.enabled=true', 'kafka.sasl.mechanism=SCRAM-SHA-256'],
    template: scaling,
    has: { 'sasl: scram_sha256': 4, authenticationRef: 4 },
  },
  {
    sets: ['keda.enabled=true', 'kafka.sasl.mechanism=SCRAM-SHA-512', reached, `${colours}=0.2.0`],
    template: scaling,
    has: { 'scaleTargetRef: { name: x-derive-market-blue }': 1, 'name: x-derive-market }': 2 },
  },
  {
    sets: ['traces.endpoint=https://collector.monitoring:4318', 'traces.headersKey=traces'],
    template: workloads,
    has: { 'value: "https://collector.monitoring:4318"': 7, 'key: traces': 7 },
  },
  {
    sets: ['traces.endpoint=https://collector.monitoring:4318'],
    template: policies,
    has: { 'port: 4318,': 7, 'kubernetes.io/metadata.name":"monitoring"': 7 },
  },
  {
    sets: ['maintenance.historyMonths=13', 'image.tag=1.4.0', canary('1.5.0')],
    template: 'templates/maintenance.yaml',
    has: { 'name: HISTORY_MONTHS, value: "13"': 1, 'migrate:1.5.0': 1 },
  },
];
