resource "digitalocean_container_registry" "this" {
  name                   = var.name
  region                 = var.region
  subscription_tier_slug = var.tier
}
