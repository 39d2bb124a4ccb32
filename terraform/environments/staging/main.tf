# Staging: about 310 USD a month (modules/sizes). No standby of Postgres and Valkey, one control plane: an outage here teaches, it costs nobody.
module "platform" {
  source               = "../../modules/platform"
  environment          = "staging"
  ip_range             = "10.20.0.0/16"
  operator_addresses   = var.operator_addresses
  alert_emails         = var.alert_emails
  domain               = var.domain
  load_balancer_ip     = var.load_balancer_ip
  registry_integration = var.registry_integration
  backup_days          = 7
}
