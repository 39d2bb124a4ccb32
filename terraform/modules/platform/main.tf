# One environment: everything that a release needs, nothing that runs inside the cluster.

locals {
  name = "groundswell-${var.environment}"
  tags = ["groundswell", var.environment]
  # Read from the registry itself, so that the cluster which wants to pull from it is ordered after it.
  registry_names = module.registry[*].name
}

module "sizes" {
  source      = "../sizes"
  environment = var.environment
}

module "kafka_plan" {
  source = "../kafka-plan"
}

resource "digitalocean_project" "this" {
  name        = local.name
  description = "Groundswell, ${var.environment}"
  purpose     = "Web Application"
  environment = title(var.environment)
}

module "network" {
  source   = "../network"
  name     = local.name
  region   = var.region
  ip_range = var.ip_range
}

module "doks" {
  source               = "../doks"
  name                 = local.name
  region               = var.region
  tags                 = local.tags
  vpc_id               = module.network.vpc_id
  version_prefix       = var.kubernetes_version_prefix
  ha                   = module.sizes.sizes.ha
  node_size            = module.sizes.sizes.nodes.size
  min_nodes            = module.sizes.sizes.nodes.min
  max_nodes            = module.sizes.sizes.nodes.max
  registry_integration = var.registry_integration || length(local.registry_names) > 0
  operator_addresses   = var.operator_addresses
}

module "kafka" {
  source                = "../kafka"
  name                  = local.name
  region                = var.region
  tags                  = local.tags
  vpc_id                = module.network.vpc_id
  kubernetes_cluster_id = module.doks.cluster_id
  project_id            = digitalocean_project.this.id
  size                  = module.sizes.sizes.kafka.size
  storage_mib           = module.sizes.sizes.kafka.storage_mib
  topics                = module.kafka_plan.topics
  users                 = module.kafka_plan.users
}

module "postgres" {
  source                = "../postgres"
  name                  = local.name
  region                = var.region
  tags                  = local.tags
  vpc_id                = module.network.vpc_id
  kubernetes_cluster_id = module.doks.cluster_id
  project_id            = digitalocean_project.this.id
  size                  = module.sizes.sizes.postgres.size
  node_count            = module.sizes.sizes.postgres.nodes
  storage_mib           = module.sizes.sizes.postgres.storage_mib
  replica_count         = module.sizes.sizes.postgres.replicas
}

module "valkey" {
  source                = "../valkey"
  name                  = local.name
  region                = var.region
  tags                  = local.tags
  vpc_id                = module.network.vpc_id
  kubernetes_cluster_id = module.doks.cluster_id
  project_id            = digitalocean_project.this.id
  size                  = module.sizes.sizes.valkey.size
  node_count            = module.sizes.sizes.valkey.nodes
}

module "spaces" {
  source      = "../spaces"
  name        = local.name
  region      = var.region
  backup_days = var.backup_days
}

module "registry" {
  count  = var.registry_name == "" ? 0 : 1
  source = "../registry"
  name   = var.registry_name
  region = var.region
  tier   = module.sizes.sizes.registry.tier
}

module "dns" {
  source           = "../dns"
  domain           = var.domain
  load_balancer_ip = var.load_balancer_ip
}

module "observability" {
  source       = "../observability"
  name         = local.name
  alert_emails = var.alert_emails
  domain       = var.domain
  node_tag     = var.environment
  databases = {
    kafka    = module.kafka.cluster_id
    postgres = module.postgres.cluster_id
    valkey   = module.valkey.cluster_id
  }
}

resource "digitalocean_project_resources" "this" {
  project   = digitalocean_project.this.id
  resources = [module.doks.cluster_urn]
}
