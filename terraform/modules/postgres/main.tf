resource "digitalocean_database_cluster" "this" {
  name                 = "${var.name}-postgres"
  engine               = "pg"
  version              = var.postgres_version
  size                 = var.size
  region               = var.region
  node_count           = var.node_count
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
    hour = "06:00:00"
  }

  lifecycle {
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

resource "digitalocean_database_db" "this" {
  for_each   = toset(["groundswell", "schema_registry"])
  cluster_id = digitalocean_database_cluster.this.id
  name       = each.key
}

# S75: one role changes tables, one writes rows, one only reads; the migrations grant what each may do. The fourth sees figures of the server and
# no table, the fifth dumps: it reads every table. The service makes users without rights: infra/postgres/managed-roles.sql lets them in, once, before
# the first release and after each new user.
resource "digitalocean_database_user" "this" {
  for_each   = toset(["groundswell_migrator", "groundswell_app", "groundswell_reader", "groundswell_watch", "groundswell_backup", "schema_registry"])
  cluster_id = digitalocean_database_cluster.this.id
  name       = each.key
}

resource "digitalocean_database_postgresql_config" "this" {
  cluster_id = digitalocean_database_cluster.this.id
  timezone   = "UTC"
  # A session that forgot its transaction would hold up vacuum and every takeover of its task.
  idle_in_transaction_session_timeout = 60000
  log_min_duration_statement          = 1000
}

resource "digitalocean_database_replica" "this" {
  count                = var.replica_count
  cluster_id           = digitalocean_database_cluster.this.id
  name                 = "${var.name}-postgres-read-${count.index}"
  size                 = var.size
  region               = var.region
  private_network_uuid = var.vpc_id
  tags                 = var.tags
}
