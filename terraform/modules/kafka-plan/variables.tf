variable "lane" {
  description = "Lane whose topics these are: `live` has no prefix."
  type        = string
  default     = "live"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.lane))
    error_message = "A lane is lower case letters, digits and dashes."
  }
}

variable "partition_factor" {
  description = "Partitions per partition of the catalogue. More than 1 only before the first event: keys would move."
  type        = number
  default     = 1
  validation {
    condition     = contains([1, 2, 4, 8], var.partition_factor)
    error_message = "Give 1, 2, 4 or 8."
  }
}
