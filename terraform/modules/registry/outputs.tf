output "endpoint" {
  description = "Host and path before the image names; the chart's image.registry."
  value       = digitalocean_container_registry.this.endpoint
}
