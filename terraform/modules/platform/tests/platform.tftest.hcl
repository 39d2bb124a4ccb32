# The whole of an environment, planned with a provider that answers without an account.
mock_provider "digitalocean" {
  override_data {
    target = module.doks.data.digitalocean_kubernetes_versions.this
    values = { latest_version = "1.34.1-do.0", valid_versions = ["1.34.1-do.0"] }
  }
}

variables {
  environment        = "production"
  ip_range           = "10.30.0.0/16"
  operator_addresses = ["203.0.113.0/24"]
  alert_emails       = ["operators@example.com"]
  domain             = "groundswell.example.com"
  registry_name      = "groundswell"
  backup_days        = 21
}

run "production_is_as_ordered" {
  command = plan
  assert {
    condition     = module.kafka_plan.topics["market.trade.v1"].replication_factor == 3
    error_message = "Every topic has three copies."
  }
  assert {
    condition     = output.monthly_cost_usd.total > 1000
    error_message = "Production is not staging."
  }
  assert {
    condition     = module.doks.registry_integration && module.registry[0].name == "groundswell"
    error_message = "Production makes the registry and pulls from it."
  }
  assert {
    condition     = module.spaces.backup_gone_days == 28
    error_message = "21 days, and 7 as an old version: with a day of rounding for each 30 (S103)."
  }
  assert {
    condition = alltrue([
      for part in ["kafka", "postgres"] : module.observability.alerts["${part}-disk"] == { type = "v1/dbaas/alerts/disk_utilization_alerts", value = 85 }
    ])
    error_message = "A disk that fills up rings."
  }
  assert {
    condition     = module.observability.alerts["valkey-memory"].value == 90
    error_message = "A Valkey that fills up rings."
  }
}

run "staging_is_as_ordered" {
  command = plan
  variables {
    environment   = "staging"
    domain        = ""
    registry_name = ""
    backup_days   = 7
  }
  assert {
    condition     = output.monthly_cost_usd.total < 500
    error_message = "Staging is not production."
  }
  assert {
    condition     = !module.doks.registry_integration && length(module.registry) == 0
    error_message = "Who makes no registry does not ask for one."
  }
}

# Where managed parts will answer is known after they are there: here somebody says it.
run "the_chart_knows_where_backups_go" {
  command = plan
  variables {
    registry_name        = ""
    registry_integration = true
  }
  override_module {
    target = module.kafka
    outputs = {
      private_broker = "private-kafka.example.com:25073"
      passwords      = { serve-api = "of-kafka" }
      cluster_id     = "k"
    }
  }
  override_module {
    target = module.postgres
    outputs = {
      port            = 25060
      version         = "16"
      urls            = { groundswell_app = "a", groundswell_migrator = "m", groundswell_reader = "r", groundswell_watch = "w", groundswell_backup = "b" }
      admin_url       = "d"
      schema_registry = {}
      cluster_id      = "p"
    }
  }
  override_module {
    target  = module.valkey
    outputs = { port = 25061, private_url = "v", cluster_id = "v" }
  }
  override_resource {
    target = module.spaces.digitalocean_spaces_key.backups
    values = { access_key = "DO00", secret_key = "of-spaces" }
  }
  assert {
    condition = yamldecode(output.chart_values).backup == {
      endpoint  = "https://fra1.digitaloceanspaces.com"
      region    = "fra1"
      bucket    = "groundswell-production-backups"
      dumpImage = "docker.io/library/postgres:16"
    }
    error_message = "The chart's backup.* names another place than the bucket of backups, or a pg_dump of another version than the server."
  }
  assert {
    condition     = contains(keys(output.secret_values), "backup-access-key-id") && contains(keys(output.secret_values), "backup-secret-access-key")
    error_message = "The secret of the chart lacks the key of the bucket."
  }
  assert {
    condition     = output.secret_values["backup-database-url"] == "b" && output.secret_values["migrator-database-url"] == "m"
    error_message = "The secret of the chart names another role for dumps than the one that only reads."
  }
}

run "staging_pulls_from_a_registry_that_is_there" {
  command = plan
  variables {
    environment          = "staging"
    registry_name        = ""
    registry_integration = true
    backup_days          = 7
  }
  assert {
    condition     = module.doks.registry_integration && length(module.registry) == 0
    error_message = "The registry of another environment is used, not made."
  }
}

run "backups_that_outlive_an_erasure_are_refused" {
  command = plan
  variables { backup_days = 22 }
  expect_failures = [var.backup_days]
}

run "an_environment_that_is_none_is_refused" {
  command = plan
  variables { environment = "prod" }
  expect_failures = [var.environment]
}
