output "cluster_id" {
  description = "Id of the cluster; the databases let it in."
  value       = digitalocean_kubernetes_cluster.this.id
}

output "cluster_urn" {
  description = "URN of the cluster."
  value       = digitalocean_kubernetes_cluster.this.urn
}

output "endpoint" {
  description = "Address of the Kubernetes API."
  value       = digitalocean_kubernetes_cluster.this.endpoint
}

output "registry_integration" {
  description = "Nodes pull from the registry of the account."
  value       = digitalocean_kubernetes_cluster.this.registry_integration
}
