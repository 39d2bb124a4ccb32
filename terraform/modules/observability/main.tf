# What a platform inside the cluster cannot see of itself: is it reachable, are its machines full. Everything else is Prometheus.
# Managed databases are seen from here alone: their disks are no volumes of the cluster.

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
  # Storage grows at 80 %: at 85 % it did not. Valkey holds all in memory and refuses when it is full; of a broker's memory a high figure says nothing.
  database_alerts = {
    disk   = { type = "v1/dbaas/alerts/disk_utilization_alerts", value = 85, parts = ["kafka", "postgres"] }
    memory = { type = "v1/dbaas/alerts/memory_utilization_alerts", value = 90, parts = ["postgres", "valkey"] }
    cpu    = { type = "v1/dbaas/alerts/cpu_alerts", value = 85, parts = ["kafka", "postgres", "valkey"] }
  }
  database_alerts_by_name = merge([
    for figure, alert in local.database_alerts : {
      for part in alert.parts : "${part}-${figure}" => { type = alert.type, value = alert.value, part = part, figure = figure }
    }
  ]...)
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

resource "digitalocean_monitor_alert" "database" {
  for_each    = local.database_alerts_by_name
  type        = each.value.type
  compare     = "GreaterThan"
  value       = each.value.value
  window      = "10m"
  enabled     = true
  entities    = [var.databases[each.value.part]]
  description = "${var.name}: ${each.value.figure} of ${each.value.part} above ${each.value.value} %"
  alerts {
    email = var.alert_emails
  }
}
