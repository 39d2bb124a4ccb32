output "name" {
  description = "Name of the registry, once it is there."
  value       = digitalocean_container_registry.this.name
}

output "endpoint" {
  description = "Host and path before the image names; the chart's image.registry."
  value       = digitalocean_container_registry.this.endpoint
}
