output "topics" {
  description = "Topics by name: partition_count, replication_factor, min_insync_replicas, retention_ms, cleanup_policy, max_message_bytes."
  value       = local.topics
}

output "users" {
  description = "Kafka users by name: permission (admin, consume, produce, produceconsume) by topic."
  value       = local.users
}
