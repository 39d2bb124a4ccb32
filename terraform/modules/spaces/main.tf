locals {
  # A mistake can be undone for a week.
  undo_days = 7
}

# Private buckets, encrypted at rest by the service. An object that expires becomes an old version first: it is gone after the sum of both.
resource "digitalocean_spaces_bucket" "this" {
  for_each      = { backups = var.backup_days, archive = 0 }
  name          = "${var.name}-${each.key}"
  region        = var.region
  acl           = "private"
  force_destroy = false

  versioning {
    enabled = true
  }

  lifecycle_rule {
    id                                     = "retention"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 2

    noncurrent_version_expiration {
      days = local.undo_days
    }

    dynamic "expiration" {
      for_each = each.value > 0 ? [each.value] : []
      content {
        days = expiration.value
      }
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

# For the chart's CronJob `backup`, and for whoever brings a dump back (infra/backup/postgres.md): it writes this bucket and sees no other.
resource "digitalocean_spaces_key" "backups" {
  name = "${var.name}-backups"
  grant {
    bucket     = digitalocean_spaces_bucket.this["backups"].name
    permission = "readwrite"
  }
}
