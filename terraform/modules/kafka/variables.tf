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

variable "kafka_version" {
  description = "Version of Kafka that the managed service offers."
  type        = string
  default     = "3.8"
}

variable "size" {
  description = "Slug of a node; there are always 3."
  type        = string
}

variable "storage_mib" {
  description = "Storage of the cluster at the first apply, MiB. From then on `storage_autoscale` adds to it and Terraform leaves it alone."
  type        = number
}

variable "storage_step_gib" {
  description = "What is added when 80 % of the storage is used, GiB."
  type        = number
  default     = 60
  validation {
    condition     = var.storage_step_gib >= 10 && var.storage_step_gib <= 500
    error_message = "10 to 500 GiB."
  }
}

variable "topics" {
  description = "Topics by name (output of kafka-plan)."
  type = map(object({
    partition_count     = number
    replication_factor  = number
    min_insync_replicas = number
    retention_ms        = number
    cleanup_policy      = string
    max_message_bytes   = number
  }))
  validation {
    condition     = alltrue([for topic in var.topics : topic.partition_count >= 3 && topic.partition_count <= 2048 && topic.replication_factor >= 2])
    error_message = "The managed service demands 3 to 2048 partitions and at least 2 replicas."
  }
}

variable "users" {
  description = "Permission by topic by user (output of kafka-plan)."
  type        = map(map(string))
  validation {
    condition     = alltrue(flatten([for rights in var.users : [for permission in values(rights) : contains(["admin", "consume", "produce", "produceconsume"], permission)]]))
    error_message = "A permission is admin, consume, produce or produceconsume."
  }
}
