variable "environment" {
  description = "staging or production."
  type        = string
  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "There are two environments: staging and production."
  }
}

variable "region" {
  description = "Region of everything."
  type        = string
  default     = "fra1"
  validation {
    condition     = can(regex("^[a-z]{3}[0-9]$", var.region))
    error_message = "Give a region slug: fra1."
  }
}

variable "ip_range" {
  description = "Private range of the VPC."
  type        = string
}

variable "kubernetes_version_prefix" {
  description = "Minor version of Kubernetes, with a dot at its end."
  type        = string
  default     = "1.34."
}

variable "operator_addresses" {
  description = "Networks from which the Kubernetes API answers."
  type        = list(string)
}

variable "alert_emails" {
  description = "Who is told when it is down."
  type        = list(string)
}

variable "domain" {
  description = "Domain of the installation. Empty: names are kept elsewhere."
  type        = string
  default     = ""
}

variable "load_balancer_ip" {
  description = "Address of the load balancer, once the first release made it."
  type        = string
  default     = ""
}

variable "registry_name" {
  description = "Name of the container registry to make. Empty: another environment made it (an account has one)."
  type        = string
  default     = ""
}

variable "registry_integration" {
  description = "Nodes pull from a registry that another environment has already made. The one of `registry_name` needs no saying."
  type        = bool
  default     = false
}

variable "backup_days" {
  description = "How long backups are kept, days; a week later they are gone for good."
  type        = number
  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 21
    error_message = "7 to 21 days: with the week of old versions and the rounding of both to midnight a backup is gone within 30 days (S103)."
  }
}
