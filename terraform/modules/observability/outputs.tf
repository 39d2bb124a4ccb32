output "checks" {
  description = "Addresses that are asked from outside."
  value       = local.targets
}

output "alerts" {
  description = "Alerts on nodes and managed databases by name: type and limit, %."
  value = merge(
    { for name, alert in digitalocean_monitor_alert.node : "node-${name}" => { type = alert.type, value = alert.value } },
    { for name, alert in digitalocean_monitor_alert.database : name => { type = alert.type, value = alert.value } },
  )
}
