output "cluster_id" {
  description = "Id of the cluster."
  value       = digitalocean_database_cluster.this.id
}

output "cluster_urn" {
  description = "URN of the cluster."
  value       = digitalocean_database_cluster.this.urn
}

output "private_host" {
  description = "Address of the writer inside the VPC."
  value       = digitalocean_database_cluster.this.private_host
}

output "port" {
  description = "Port; the chart's postgres.port."
  value       = digitalocean_database_cluster.this.port
}

output "urls" {
  description = "DATABASE_URL by role, checked against the authority of the cluster (verify-full)."
  sensitive   = true
  value = {
    for name, user in digitalocean_database_user.this : name => format(
      "postgresql://%s:%s@%s:%d/%s?sslmode=verify-full",
      name, urlencode(user.password), digitalocean_database_cluster.this.private_host, digitalocean_database_cluster.this.port,
      name == "schema_registry" ? "schema_registry" : "groundswell",
    )
  }
}
