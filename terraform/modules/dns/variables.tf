variable "domain" {
  description = "Domain of the installation. Empty: names are kept elsewhere."
  type        = string
  default     = ""
}

variable "load_balancer_ip" {
  description = "Address of the load balancer that the gateway made. Empty before the first release."
  type        = string
  default     = ""
  validation {
    condition     = var.load_balancer_ip == "" || can(cidrhost("${var.load_balancer_ip}/32", 0))
    error_message = "Give an IPv4 address."
  }
}

variable "hosts" {
  description = "Names below the domain that lead to the load balancer; @ is the domain itself."
  type        = set(string)
  default     = ["@", "api", "live", "ingest"]
}
