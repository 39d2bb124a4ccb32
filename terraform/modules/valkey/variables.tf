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

variable "size" {
  description = "Slug of a node."
  type        = string
}

variable "node_count" {
  description = "1, or 2 with standby."
  type        = number
}
