variable "name" {
  description = "Name of the installation, prefix of every resource: groundswell-staging."
  type        = string
}

variable "region" {
  description = "Region of every resource: fra1."
  type        = string
}

variable "tags" {
  description = "Tags of the resources."
  type        = list(string)
  default     = []
}

variable "vpc_id" {
  description = "VPC of the nodes."
  type        = string
}

variable "version_prefix" {
  description = "Minor version of Kubernetes; patches come by themselves: `1.34.`."
  type        = string
  validation {
    condition     = can(regex("^1\\.[0-9]+\\.$", var.version_prefix))
    error_message = "Give a minor version with a dot at its end: 1.34."
  }
}

variable "ha" {
  description = "Three control planes instead of one. Cannot be taken back."
  type        = bool
}

variable "node_size" {
  description = "Slug of the nodes."
  type        = string
}

variable "min_nodes" {
  description = "Least nodes."
  type        = number
  validation {
    condition     = var.min_nodes >= 2
    error_message = "With one node every update is an outage: at least 2."
  }
}

variable "max_nodes" {
  description = "Most nodes."
  type        = number
  validation {
    condition     = var.max_nodes >= var.min_nodes
    error_message = "max_nodes is below min_nodes."
  }
}

variable "registry_integration" {
  description = "Nodes pull from the registry of the account without a secret of their own. It must be there before: the service refuses otherwise."
  type        = bool
}

variable "operator_addresses" {
  description = "Networks from which the Kubernetes API answers."
  type        = list(string)
  validation {
    condition     = length(var.operator_addresses) > 0 && !contains(var.operator_addresses, "0.0.0.0/0")
    error_message = "Name the networks of the operators and of CI; never 0.0.0.0/0."
  }
}
