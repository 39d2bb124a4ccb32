# Production: about 1,480 USD a month at three nodes, 2,650 at ten (modules/sizes). It makes the container registry of the account.
module "platform" {
  source             = "../../modules/platform"
  environment        = "production"
  ip_range           = "10.30.0.0/16"
  operator_addresses = var.operator_addresses
  alert_emails       = var.alert_emails
  domain             = var.domain
  load_balancer_ip   = var.load_balancer_ip
  registry_name      = "groundswell"
  backup_days        = 21
}
