output "cluster_id" {
  description = "Id of the cluster."
  value       = digitalocean_database_cluster.this.id
}

output "cluster_urn" {
  description = "URN of the cluster."
  value       = digitalocean_database_cluster.this.urn
}

output "private_broker" {
  description = "Bootstrap address inside the VPC, host:port; TLS with SASL."
  value       = "${digitalocean_database_cluster.this.private_host}:${digitalocean_database_cluster.this.port}"
}

output "passwords" {
  description = "SASL password by user."
  value       = { for name, user in digitalocean_database_user.this : name => user.password }
  sensitive   = true
}
