output "buckets" {
  description = "Bucket names by purpose: backups, archive."
  value       = { for purpose, bucket in digitalocean_spaces_bucket.this : purpose => bucket.name }
}

output "backup_key" {
  description = "Access key of the backup job."
  sensitive   = true
  value       = { id = digitalocean_spaces_key.backups.access_key, secret = digitalocean_spaces_key.backups.secret_key }
}
