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
const backedUp =
  'backup.enabled=true,backup.endpoint=https://fra1.digitaloceanspaces.com,backup.region=fra1,backup.bucket=backups';
const apart = 'jobs.migrate.env.DATABASE_APP_ROLE=app,jobs.migrate.env.DATABASE_READER_ROLE=reader';
const digest = `sha256:${'0'.repeat(64)}`;
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
  // Who reads everything for a dump gets his rights while backups are on; the job that dumps has his address, and only its first container.
  { sets: [apart], template: jobs, has: { DATABASE_APP_ROLE: 1, DATABASE_BACKUP_ROLE: 0 } },
  {
    sets: [backedUp, apart],
    template: jobs,
    has: { 'DATABASE_BACKUP_ROLE, value: "groundswell_backup"': 1 },
  },
  {
    sets: [backedUp, 'backup.role=', 'backup.connectionSecretEnv.DATABASE_URL=owner'],
    template: jobs,
    has: { DATABASE_BACKUP_ROLE: 0, 'key: migrator-database-url': 1 },
  },
  // Without an authority of one's own nothing is mounted for it; the lane is that of the release; a digest is of our image only.
  {
    sets: [
      backedUp,
      apart,
      'lane=second-lane,components.watch.enabled=false',
      `image.digests.backup=${digest}`,
    ],
    template: 'templates/backup.yaml',
    has: {
      'dump.sh, "second-lane", /dumps': 1,
      [`/backup@${digest}`]: 2,
      'postgres:17': 1,
      'key: backup-database-url': 1,
      'key: migrator-database-url': 0,
      'key: backup-secret-access-key': 1,
      GW_ALLOW_PLAINTEXT: 2,
      'mountPath: /etc/groundswell/ca': 0,
      'port: 443,': 1,
      'port: 5432,': 1,
    },
  },
  {
    sets: [backedUp, apart, 'caBundle.configMap=ca,networkPolicy.enabled=false'],
    template: 'templates/backup.yaml',
    has: { 'mountPath: /etc/groundswell/ca': 3, 'kind: NetworkPolicy': 0, 'kind: CronJob': 1 },
  },
];
