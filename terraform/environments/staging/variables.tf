variable "operator_addresses" {
  description = "Networks of operators and CI: only they reach the Kubernetes API."
  type        = list(string)
}

variable "alert_emails" {
  description = "Who is told when it is down."
  type        = list(string)
}

variable "domain" {
  description = "Domain of the installation."
  type        = string
  default     = ""
}

variable "load_balancer_ip" {
  description = "Address of the load balancer, once the first release made it."
  type        = string
  default     = ""
}

variable "registry_integration" {
  description = "Nodes pull from the registry of the account. Production makes it: true once it has."
  type        = bool
  default     = false
}
