variable "name" {
  description = "Name of the installation, prefix of every resource: groundswell-staging."
  type        = string
}

variable "region" {
  description = "Region of every resource: fra1."
  type        = string
}

variable "ip_range" {
  description = "Private range of the VPC, a /16 to /20 of 10.0.0.0/8."
  type        = string
  validation {
    condition     = can(cidrhost(var.ip_range, 0)) && startswith(var.ip_range, "10.") && tonumber(split("/", var.ip_range)[1]) >= 16 && tonumber(split("/", var.ip_range)[1]) <= 20
    error_message = "Give a range like 10.20.0.0/16."
  }
}
