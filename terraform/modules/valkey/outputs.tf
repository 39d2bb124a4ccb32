output "cluster_id" {
  description = "Id of the cluster."
  value       = digitalocean_database_cluster.this.id
}

output "cluster_urn" {
  description = "URN of the cluster."
  value       = digitalocean_database_cluster.this.urn
}

output "port" {
  description = "Port; the chart's redis.port."
  value       = digitalocean_database_cluster.this.port
}

output "private_url" {
  description = "REDIS_URL (rediss://) inside the VPC."
  value       = digitalocean_database_cluster.this.private_uri
  sensitive   = true
}
