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
  backup_days        = 35
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
}

run "an_environment_that_is_none_is_refused" {
  command = plan
  variables { environment = "prod" }
  expect_failures = [var.environment]
}
