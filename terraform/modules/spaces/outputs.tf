output "buckets" {
  description = "Bucket names by purpose: backups, archive."
  value       = { for purpose, bucket in digitalocean_spaces_bucket.this : purpose => bucket.name }
}

output "backup_store" {
  description = "Where backups go, as the chart's `backup` names it: endpoint, region, bucket."
  value = {
    endpoint = "https://${var.region}.digitaloceanspaces.com"
    region   = var.region
    bucket   = digitalocean_spaces_bucket.this["backups"].name
  }
}

output "backup_gone_days" {
  description = "When a backup is gone for good, days. The service counts from midnight to midnight: each of both steps may take a day more."
  value       = var.backup_days + local.undo_days
}

output "backup_key" {
  description = "Access key of whoever writes backups."
  sensitive   = true
  value       = { id = digitalocean_spaces_key.backups.access_key, secret = digitalocean_spaces_key.backups.secret_key }
}
