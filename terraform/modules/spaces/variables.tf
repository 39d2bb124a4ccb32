variable "name" {
  description = "Name of the installation, prefix of every resource: groundswell-staging."
  type        = string
}

variable "region" {
  description = "Region of every resource: fra1."
  type        = string
}

variable "backup_days" {
  description = "How long a backup is kept, days; a week later it is gone for good."
  type        = number
  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 21
    error_message = "7 to 21 days: with the week of old versions and the rounding of both to midnight a backup is gone within 30 days (S103)."
  }
}
