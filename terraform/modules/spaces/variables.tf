variable "name" {
  description = "Name of the installation, prefix of every resource: groundswell-staging."
  type        = string
}

variable "region" {
  description = "Region of every resource: fra1."
  type        = string
}

variable "backup_days" {
  description = "How long a backup is kept, days."
  type        = number
  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 365
    error_message = "7 to 365 days."
  }
}
