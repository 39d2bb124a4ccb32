output "version" {
  description = "Major version of the server."
  value       = var.postgres_version
}

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

output "admin_url" {
  description = "The administrator of the cluster on the database groundswell."
  sensitive   = true
  value = format(
    "postgresql://%s:%s@%s:%d/groundswell?sslmode=verify-full",
    digitalocean_database_cluster.this.user, urlencode(digitalocean_database_cluster.this.password),
    digitalocean_database_cluster.this.private_host, digitalocean_database_cluster.this.port,
  )
}

output "schema_registry" {
  description = "How the schema registry reaches its database: jdbc_url (verify-full), username, password."
  sensitive   = true
  value = {
    jdbc_url = format(
      "jdbc:postgresql://%s:%d/schema_registry?sslmode=verify-full",
      digitalocean_database_cluster.this.private_host, digitalocean_database_cluster.this.port,
    )
    username = "schema_registry"
    password = digitalocean_database_user.this["schema_registry"].password
  }
}

output "urls" {
  description = "DATABASE_URL by role of ours, checked against the authority of the cluster (verify-full)."
  sensitive   = true
  value = {
    for name, user in digitalocean_database_user.this : name => format(
      "postgresql://%s:%s@%s:%d/groundswell?sslmode=verify-full",
      name, urlencode(user.password), digitalocean_database_cluster.this.private_host, digitalocean_database_cluster.this.port,
    ) if name != "schema_registry"
  }
}
