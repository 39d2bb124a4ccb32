# The topic catalogue as topics and Kafka users of a managed cluster. No provider: tested as it is.

locals {
  file      = var.catalogue_file == "" ? "${path.module}/topics.json" : var.catalogue_file
  catalogue = jsondecode(file(local.file))
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

  services = toset(flatten([
    for topic in values(local.catalogue) : [topic.producers, topic.consumers]
  ]))

  # Per service and topic the least that the catalogue says.
  rights = {
    for service in local.services : service => {
      for name, topic in local.catalogue : "${local.prefix}${name}" => (
        contains(topic.producers, service) && contains(topic.consumers, service) ? "produceconsume" :
        contains(topic.producers, service) ? "produce" : "consume"
      ) if contains(topic.producers, service) || contains(topic.consumers, service)
    }
  }

  # Creates topics and nothing else needs that right.
  admins = { deploy-schemas = { "*" = "admin" } }

  lag_readers = {
    for service in var.lag_readers : service => {
      for name in keys(local.topics) : name => "consume"
    }
  }

  users = merge(local.lag_readers, local.rights, local.admins)
}
