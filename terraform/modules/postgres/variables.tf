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
  description = "VPC in which the cluster is; it has no public rule."
  type        = string
}

variable "kubernetes_cluster_id" {
  description = "Kubernetes cluster that may connect; nobody else."
  type        = string
}

variable "project_id" {
  description = "Project that it is listed in."
  type        = string
}

variable "postgres_version" {
  description = "Major version; SQL runs on 15 to 18."
  type        = string
  default     = "17"
  validation {
    condition     = contains(["15", "16", "17", "18"], var.postgres_version)
    error_message = "The migrations are for 15 to 18."
  }
}

variable "size" {
  description = "Slug of a node."
  type        = string
}

variable "node_count" {
  description = "1, or 2 to 3 with standby."
  type        = number
  validation {
    condition     = var.node_count >= 1 && var.node_count <= 3
    error_message = "1 to 3 nodes."
  }
}

variable "storage_mib" {
  description = "Storage at the first apply, MiB. From then on `storage_autoscale` adds to it and Terraform leaves it alone: more by hand is a resize."
  type        = number
}

variable "storage_step_gib" {
  description = "What is added when 80 % of the storage is used, GiB."
  type        = number
  default     = 20
  validation {
    condition     = var.storage_step_gib >= 10 && var.storage_step_gib <= 500
    error_message = "10 to 500 GiB."
  }
}

variable "replica_count" {
  description = "Read replicas for the API and the gateway."
  type        = number
  default     = 0
}
