# What each environment orders, in one table, and about what it costs. No provider: tested as it is.
# Prices: list prices in US dollars a month, noted in 2025 and not fetched here. Check them before ordering.

locals {
  sizes = {
    staging = {
      nodes    = { size = "s-4vcpu-8gb", min = 2, max = 3, price = 48 }
      ha       = false
      kafka    = { size = "db-s-2vcpu-2gb", nodes = 3, storage_mib = 61440, price = 49 }
      postgres = { size = "db-s-1vcpu-2gb", nodes = 1, storage_mib = 30720, replicas = 0, price = 30 }
      valkey   = { size = "db-s-1vcpu-1gb", nodes = 1, price = 15 }
      registry = { tier = "basic", price = 5 }
    }
    production = {
      nodes    = { size = "c-8", min = 3, max = 10, price = 168 }
      ha       = true
      kafka    = { size = "db-s-4vcpu-8gb", nodes = 3, storage_mib = 614400, price = 137 }
      postgres = { size = "db-s-4vcpu-8gb", nodes = 2, storage_mib = 117760, replicas = 1, price = 122 }
      valkey   = { size = "db-s-2vcpu-4gb", nodes = 2, price = 60 }
      registry = { tier = "professional", price = 20 }
    }
  }
  chosen = local.sizes[var.environment]

  cost = {
    # The least number of nodes; the autoscaler may order up to nodes.max.
    nodes         = local.chosen.nodes.min * local.chosen.nodes.price
    control_plane = local.chosen.ha ? 40 : 0
    kafka         = local.chosen.kafka.nodes * local.chosen.kafka.price
    postgres      = (local.chosen.postgres.nodes + local.chosen.postgres.replicas) * local.chosen.postgres.price
    valkey        = local.chosen.valkey.nodes * local.chosen.valkey.price
    registry      = local.chosen.registry.price
    load_balancer = 12
    spaces        = 5
  }
}
