output "cluster_id" {
  description = "Id of the Kubernetes cluster."
  value       = module.platform.cluster_id
}

output "chart_values" {
  description = "Values for the chart, as YAML."
  value       = module.platform.chart_values
}

output "secret_values" {
  description = "Contents of the chart's secret."
  value       = module.platform.secret_values
  sensitive   = true
}

output "kafka_passwords" {
  description = "SASL password by service."
  value       = module.platform.kafka_passwords
  sensitive   = true
}

output "schema_registry" {
  description = "Database of the schema registry: jdbc_url, username, password."
  value       = module.platform.schema_registry
  sensitive   = true
}

output "postgres_admin_url" {
  description = "The administrator of Postgres on the database groundswell."
  value       = module.platform.postgres_admin_url
  sensitive   = true
}

output "backup" {
  description = "Buckets, and the key that writes the one of backups."
  value       = module.platform.backup
  sensitive   = true
}

output "monthly_cost_usd" {
  description = "About what it costs."
  value       = module.platform.monthly_cost_usd
}
