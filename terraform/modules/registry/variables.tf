variable "name" {
  description = "Name of the registry; one per account."
  type        = string
}

variable "region" {
  description = "Region of the images."
  type        = string
}

variable "tier" {
  description = "starter, basic or professional."
  type        = string
  validation {
    condition     = contains(["starter", "basic", "professional"], var.tier)
    error_message = "A tier is starter, basic or professional."
  }
}
