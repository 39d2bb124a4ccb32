resource "digitalocean_database_cluster" "this" {
  name                 = "${var.name}-valkey"
  engine               = "valkey"
  version              = "8"
  size                 = var.size
  region               = var.region
  node_count           = var.node_count
  private_network_uuid = var.vpc_id
  project_id           = var.project_id
  tags                 = var.tags
  # Values are never dropped behind the projector's back: it would believe that they are there. A full store refuses and says so.
  eviction_policy = "noeviction"

  maintenance_window {
    day  = "sunday"
    hour = "07:00:00"
  }
}

resource "digitalocean_database_firewall" "this" {
  cluster_id = digitalocean_database_cluster.this.id
  rule {
    type  = "k8s"
    value = var.kubernetes_cluster_id
  }
}

resource "digitalocean_database_valkey_config" "this" {
  cluster_id  = digitalocean_database_cluster.this.id
  persistence = "rdb"
  ssl         = true
  timeout     = 0
}
