# The topic catalogue as topics and Kafka users of a managed cluster. No provider: tested as it is.

locals {
  # Both files are written by `npm run generate` from schemas/topics.yaml.
  catalogue = jsondecode(file("${path.module}/topics.json"))
  prefix    = var.lane == "live" ? "" : "${var.lane}."

  topics = {
    for name, topic in local.catalogue : "${local.prefix}${name}" => {
      partition_count    = topic.partitions * var.partition_factor
      replication_factor = 3
      # One broker may be away and acks=all still means two copies.
      min_insync_replicas = 2
      retention_ms        = topic.retention_ms
      cleanup_policy      = topic.cleanup
      max_message_bytes   = topic.max_message_bytes
    }
  }

  # Rights of the catalogue, service by service: the same table gives a cluster of one's own its rules (tools/deploy-acls.ts).
  rights = jsondecode(file("${path.module}/rights.json"))

  # In the words of the managed service, which has four. Whoever only looks at the ends of logs gets `consume`: there is nothing less.
  users = {
    for service, own in local.rights : service => {
      for name, given in own.topics : "${local.prefix}${name}" => (
        contains(given, "configure") ? "admin" :
        contains(given, "read") && contains(given, "write") ? "produceconsume" :
        contains(given, "write") ? "produce" : "consume"
      )
    }
  }
}
