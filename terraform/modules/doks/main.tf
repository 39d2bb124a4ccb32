data "digitalocean_kubernetes_versions" "this" {
  version_prefix = var.version_prefix
}

resource "digitalocean_kubernetes_cluster" "this" {
  name                 = var.name
  region               = var.region
  version              = data.digitalocean_kubernetes_versions.this.latest_version
  vpc_uuid             = var.vpc_id
  ha                   = var.ha
  auto_upgrade         = true
  surge_upgrade        = true
  registry_integration = var.registry_integration
  # Volumes and load balancers outlive a mistaken destroy.
  destroy_all_associated_resources = false
  tags                             = var.tags

  maintenance_policy {
    day        = "sunday"
    start_time = "04:00"
  }

  control_plane_firewall {
    enabled           = true
    allowed_addresses = var.operator_addresses
  }

  node_pool {
    name       = "workers"
    size       = var.node_size
    auto_scale = true
    min_nodes  = var.min_nodes
    max_nodes  = var.max_nodes
    tags       = var.tags
  }

  lifecycle {
    # Patches are applied by auto_upgrade.
    ignore_changes = [version]
  }
}
