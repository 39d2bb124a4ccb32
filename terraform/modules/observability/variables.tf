variable "name" {
  description = "Name of the installation."
  type        = string
}

variable "alert_emails" {
  description = "Who is told."
  type        = list(string)
  validation {
    condition     = length(var.alert_emails) > 0 && alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "Give at least one e-mail address."
  }
}

variable "domain" {
  description = "Domain whose page, API and gateway are watched from outside. Empty: nothing is."
  type        = string
  default     = ""
}

variable "node_tag" {
  description = "Tag of the Kubernetes nodes."
  type        = string
}

variable "databases" {
  description = "Ids of the managed clusters."
  type        = object({ kafka = string, postgres = string, valkey = string })
}
