variable "project" {
  description = "The stack's project, which begins the bucket's name."
  type        = string
  default     = "rivulet"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.project))
    error_message = "project is 2 to 20 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "region" {
  description = "The AWS region of the state."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is an AWS region such as us-east-1."
  }
}
