output "cluster_id" {
  description = "`doctl kubernetes cluster kubeconfig save <id>`."
  value       = module.doks.cluster_id
}

output "chart_values" {
  description = "What the Helm chart wants to know, as YAML: `terraform output -raw chart_values > values.platform.yaml`."
  value = yamlencode(merge(
    {
      kafka         = { brokers = [module.kafka.private_broker], tls = true }
      postgres      = { port = module.postgres.port }
      redis         = { port = module.valkey.port }
      networkPolicy = { platformCidrs = [var.ip_range] }
      # pg_dump refuses a server that is newer than itself.
      backup = merge(module.spaces.backup_store, { dumpImage = "docker.io/library/postgres:${module.postgres.version}" })
    },
    { for registry in module.registry : "image" => { registry = registry.endpoint } },
  ))
}

output "secret_values" {
  description = "What the secret of the chart holds, by key; the senders and HMAC keys are the operator's own."
  sensitive   = true
  value = merge({ for name, password in module.kafka.passwords : "kafka-password-${name}" => password }, {
    database-url          = module.postgres.urls["groundswell_app"]
    migrator-database-url = module.postgres.urls["groundswell_migrator"]
    reader-database-url   = module.postgres.urls["groundswell_reader"]
    watch-database-url    = module.postgres.urls["groundswell_watch"]
    backup-database-url   = module.postgres.urls["groundswell_backup"]
    redis-url             = module.valkey.private_url

    backup-access-key-id     = module.spaces.backup_key.id
    backup-secret-access-key = module.spaces.backup_key.secret
  })
}

output "kafka_passwords" {
  description = "SASL password by service."
  value       = module.kafka.passwords
  sensitive   = true
}

output "schema_registry" {
  description = "Database of the schema registry, which is installed beside the chart: jdbc_url, username, password."
  value       = module.postgres.schema_registry
  sensitive   = true
}

output "postgres_admin_url" {
  description = "The administrator `doadmin` on the database groundswell, for infra/postgres/managed-roles.sql and for restores."
  value       = module.postgres.admin_url
  sensitive   = true
}

output "backup" {
  description = "Buckets, where the one of backups is, and the key that writes it: for whoever brings a dump back."
  value       = { buckets = module.spaces.buckets, store = module.spaces.backup_store, key = module.spaces.backup_key }
  sensitive   = true
}

output "monthly_cost_usd" {
  description = "About what this environment costs, by part (modules/sizes)."
  value       = module.sizes.monthly_cost
}
