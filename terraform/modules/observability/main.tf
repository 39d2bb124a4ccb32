# What a platform inside the cluster cannot see of itself: is it reachable, are its machines full. Everything else is Prometheus.

locals {
  # Paths that answer without a token.
  targets = var.domain == "" ? {} : {
    page = "https://${var.domain}/"
    api  = "https://api.${var.domain}/openapi.json"
  }
  node_alerts = {
    cpu    = { type = "v1/insights/droplet/cpu", value = 85 }
    memory = { type = "v1/insights/droplet/memory_utilization_percent", value = 90 }
    disk   = { type = "v1/insights/droplet/disk_utilization_percent", value = 80 }
  }
}

resource "digitalocean_uptime_check" "this" {
  for_each = local.targets
  name     = "${var.name}-${each.key}"
  target   = each.value
  type     = "https"
  regions  = ["eu_west", "us_east"]
}

resource "digitalocean_uptime_alert" "down" {
  for_each = local.targets
  name     = "${var.name}-${each.key}-down"
  check_id = digitalocean_uptime_check.this[each.key].id
  type     = "down_global"
  period   = "2m"
  notifications {
    email = var.alert_emails
  }
}

resource "digitalocean_uptime_alert" "certificate" {
  for_each   = local.targets
  name       = "${var.name}-${each.key}-certificate"
  check_id   = digitalocean_uptime_check.this[each.key].id
  type       = "ssl_expiry"
  period     = "1h"
  threshold  = 14
  comparison = "less_than"
  notifications {
    email = var.alert_emails
  }
}

resource "digitalocean_monitor_alert" "node" {
  for_each    = local.node_alerts
  type        = each.value.type
  compare     = "GreaterThan"
  value       = each.value.value
  window      = "10m"
  enabled     = true
  tags        = [var.node_tag]
  description = "${var.name}: ${each.key} of a node above ${each.value.value} %"
  alerts {
    email = var.alert_emails
  }
}
