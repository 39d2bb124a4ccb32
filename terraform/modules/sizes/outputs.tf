output "sizes" {
  description = "Slugs, counts and storage of the environment."
  value       = local.chosen

  precondition {
    condition     = local.chosen.kafka.nodes == 3
    error_message = "Managed Kafka has exactly 3 nodes."
  }
  precondition {
    condition     = var.environment != "production" || (local.chosen.ha && local.chosen.nodes.min >= 3 && local.chosen.postgres.nodes >= 2 && local.chosen.valkey.nodes >= 2)
    error_message = "Production survives the loss of any one machine."
  }
}

output "monthly_cost" {
  description = "About what it costs, US dollars a month, by part and in total; at the least number of nodes, without traffic."
  value       = merge(local.cost, { total = sum(values(local.cost)) })
}
