resource "digitalocean_database_cluster" "this" {
  name                 = "${var.name}-kafka"
  engine               = "kafka"
  version              = var.kafka_version
  size                 = var.size
  region               = var.region
  node_count           = 3
  storage_size_mib     = var.storage_mib
  private_network_uuid = var.vpc_id
  project_id           = var.project_id
  tags                 = var.tags

  # Grows when it is nearly full and never shrinks; a disk that did not grow rings at 85 % (modules/observability).
  storage_autoscale {
    enabled           = true
    threshold_percent = 80
    increment_gib     = var.storage_step_gib
  }

  maintenance_window {
    day  = "sunday"
    hour = "05:00:00"
  }

  lifecycle {
    # Unified topics are the only copy of what happened.
    prevent_destroy = true
    # What it has grown to is not taken back.
    ignore_changes = [storage_size_mib]
  }
}

resource "digitalocean_database_firewall" "this" {
  cluster_id = digitalocean_database_cluster.this.id
  rule {
    type  = "k8s"
    value = var.kubernetes_cluster_id
  }
}

resource "digitalocean_database_kafka_config" "this" {
  cluster_id = digitalocean_database_cluster.this.id
  # The sources of the provider that could be read leave a false out of the request: when a plan after the first apply still wants to
  # change it, switch it off by hand.
  auto_create_topics_enable        = false
  group_initial_rebalance_delay_ms = 3000
}

resource "digitalocean_database_kafka_topic" "this" {
  for_each           = var.topics
  cluster_id         = digitalocean_database_cluster.this.id
  name               = each.key
  partition_count    = each.value.partition_count
  replication_factor = each.value.replication_factor

  config {
    cleanup_policy      = each.value.cleanup_policy
    compression_type    = "producer"
    retention_ms        = each.value.retention_ms
    min_insync_replicas = each.value.min_insync_replicas
    max_message_bytes   = each.value.max_message_bytes
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_database_user" "this" {
  for_each   = var.users
  cluster_id = digitalocean_database_cluster.this.id
  name       = each.key

  settings {
    dynamic "acl" {
      for_each = each.value
      content {
        topic      = acl.key
        permission = acl.value
      }
    }
  }

  # Rights are on topics that exist.
  depends_on = [digitalocean_database_kafka_topic.this]
}
