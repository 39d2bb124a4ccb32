/** One whole trigger, for an index replaces the list, and KEDA asking Kafka as the component's own user. */
const trigger = 'components.derive-market.scaling.lag.triggers[0]';
const asItself = [
  'keda.enabled=true',
  'kafka.sasl.mechanism=SCRAM-SHA-512',
  `${trigger}.group=derive-market,${trigger}.topic=market.trade.v1,${trigger}.threshold=1`,
];

/** Backups as they should be where one role does everything. */
const bucket = [
  'backup.role=,backup.connectionSecretEnv.DATABASE_URL=database-url',
  'backup.enabled=true,backup.endpoint=https://fra1.digitaloceanspaces.com,backup.region=fra1,backup.bucket=backups',
];

/** Values that the chart must not take, on top of the minimal example, and the reason that it must give. */
export const refusals: readonly { readonly sets: readonly string[]; readonly says: RegExp }[] = [
  { sets: ['replicaCount=3'], says: /additional properties 'replicaCount' not allowed/ },
  { sets: ['components.serve-api.replica=3'], says: /additional properties 'replica' not allowed/ },
  { sets: ['components.serve-api.port=0'], says: /port/ },
  { sets: ['kafka.brokers={kafka}'], says: /does not match pattern/ },
  { sets: ['kafka.brokers=null'], says: /kafka\.brokers is empty/ },
  {
    sets: ['transport.allowPlaintext={registry}'],
    says: /kafka\.tls is false: services refuse plaintext/,
  },
  {
    sets: ['transport.allowPlaintext={kafka}'],
    says: /registry\.url is not https/,
  },
  { sets: ['transport.allowPlaintext={zookeeper}'], says: /allowPlaintext/ },
  { sets: ['registry.url='], says: /registry\.url is empty/ },
  { sets: ['issuer.url='], says: /issuer\.url is empty/ },
  {
    sets: ['components.derive-market.scaling.lag.max=7'],
    says: /market\.trade\.v1 has 6 partitions: more replicas would stand idle/,
  },
  {
    sets: [
      'components.derive-market.scaling.lag.triggers[0].topic=market.trades.v1,components.derive-market.scaling.lag.triggers[0].group=x,components.derive-market.scaling.lag.triggers[0].threshold=1',
    ],
    says: /the catalogue has no topic market\.trades\.v1/,
  },
  {
    sets: ['components.derive-market.scaling.replicas=2'],
    says: /exactly one of replicas, hpa, lag/,
  },
  { sets: ['components.connect-market.scaling.replicas=2'], says: /is there once/ },
  { sets: ['components.watch.scaling.replicas=2'], says: /watch is there once/ },
  { sets: ['lane=rehearsal'], says: /would make the history of lane rehearsal late/ },
  { sets: ['maintenance.schedule=daily'], says: /schedule/ },
  { sets: ['backup.enabled=true'], says: /backup\.endpoint is empty: Terraform's chart_values/ },
  { sets: [...bucket, 'backup.region='], says: /backup\.region is empty/ },
  { sets: [...bucket, 'backup.bucket='], says: /backup\.bucket is empty/ },
  { sets: [...bucket, 'backup.bucket=Backups'], says: /bucket/ },
  {
    sets: [...bucket, 'backup.endpoint=http://s3.example.com'],
    says: /a dump holds personal data, and travels over TLS only/,
  },
  { sets: [...bucket, 'backup.endpoint=https://id:word@s3.example.com'], says: /endpoint/ },
  {
    sets: [...bucket, 'backup.endpoint=https://s3.example.com:9000'],
    says: /network policies open port 443 of the internet and no other/,
  },
  { sets: [...bucket, 'backup.dumpImage=postgres'], says: /dumpImage/ },
  { sets: [...bucket, 'backup.dumpImage=postgres:latest'], says: /name a version, the server's/ },
  { sets: [...bucket, 'backup.secretEnv.BACKUP_ACCESS_KEY_ID=null'], says: /BACKUP_ACCESS_KEY_ID/ },
  { sets: [...bucket, 'backup.connectionSecretEnv.DATABASE_URL=null'], says: /DATABASE_URL/ },
  {
    sets: [...bucket, 'backup.secretEnv.DATABASE_URL=backup-database-url'],
    says: /DATABASE_URL/,
  },
  { sets: [...bucket, 'backup.role=Dumper'], says: /role/ },
  {
    sets: [...bucket, 'backup.role=groundswell_backup'],
    says: /DATABASE_APP_ROLE and DATABASE_READER_ROLE .* set backup\.role=''/,
  },
  {
    sets: [...bucket, 'backup.role=,jobs.migrate.env.DATABASE_BACKUP_ROLE=dumper'],
    says: /say backup\.role/,
  },
  { sets: [...bucket, 'backup.schedule=daily'], says: /schedule/ },
  { sets: ['traces.endpoint=collector:4317'], says: /endpoint/ },
  { sets: ['traces.endpoint=https://user:word@collector:4318'], says: /endpoint/ },
  {
    sets: ['traces.endpoint=http://collector:4318', 'traces.headersKey=traces'],
    says: /travels over https only/,
  },
  { sets: ['components.serve-api.scaling.hpa.min=20'], says: /min is above max/ },
  {
    sets: [
      'components.serve-api.paths[0].path=/metrics',
      'components.serve-api.paths[0].type=Exact',
    ],
    says: /paths/,
  },
  { sets: ['ingress.enabled=true', 'gateway.enabled=true'], says: /choose one way in/ },
  { sets: ['keda.enabled=true'], says: /does not serve keda\.sh\/v1alpha1/ },
  {
    sets: ['environment=production', 'ingress.enabled=true'],
    says: /production answers over TLS only/,
  },
  { sets: ['environment=production', 'image.tag=latest'], says: /production names a version/ },
  {
    sets: ['environment=production', 'issuer.url=http://id.example.com'],
    says: /production trusts keys over TLS only/,
  },
  {
    sets: ['environment=production', 'components.watch-dashboard.scaling.replicas=1'],
    says: /production needs at least 2 replicas/,
  },
  {
    sets: ['rollout.strategy=canary', 'ingress.enabled=true'],
    says: /rollout\.canary\.tag is empty/,
  },
  { sets: ['rollout.strategy=canary', 'rollout.canary.tag=v2'], says: /weights need ingress/ },
  { sets: ['components.derive-market.needs={registry}'], says: /it has no lag/ },
  { sets: ['keda.authenticationRef=Of Kafka'], says: /authenticationRef/ },
  {
    sets: [...asItself, `${trigger}.group=derive-behaviour`],
    says: /KEDA asks as derive-market, who may not see the group derive-behaviour/,
  },
  {
    sets: [...asItself, `${trigger}.topic=market.quote.v1`],
    says: /KEDA asks as derive-market, who may not see market\.quote\.v1/,
  },
  { sets: ['jobs.migrate.version=2.0.0'], says: /additional properties 'version' not allowed/ },
  { sets: ['jobs.migrate.tag=a/b'], says: /does not match pattern/ },
  {
    sets: ['rollout.strategy=blueGreen', 'rollout.blueGreen.greenTag=3f2a91c'],
    says: /jobs\.[a-z-]+\.tag is empty, and nobody can tell which of 0\.1\.0, 3f2a91c is the newest/,
  },
  {
    sets: [
      'rollout.strategy=blueGreen',
      'rollout.blueGreen.greenTag=1.10.0',
      'jobs.migrate.tag=1.9.0',
    ],
    says: /jobs\.migrate\.tag is 1\.9\.0, but this release starts 1\.10\.0 too/,
  },
  { sets: ['environment=production', 'jobs.migrate.tag=latest'], says: /migrate\.tag is latest/ },
];
