# Private buckets, encrypted at rest by the service. Old versions stay for a while: a mistake can be undone.
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
      days = 30
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

# The backup job writes its bucket and sees no other.
resource "digitalocean_spaces_key" "backups" {
  name = "${var.name}-backups"
  grant {
    bucket     = digitalocean_spaces_bucket.this["backups"].name
    permission = "readwrite"
  }
}
