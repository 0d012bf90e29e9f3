variable "prefix" {
  description = "Begins the function's name."
  type        = string
}

variable "handler" {
  description = "The function of the one bootstrap, such as extract; ends the function's name."
  type        = string
}

variable "package" {
  description = "The zip's path."
  type        = string
}

variable "architecture" {
  description = "x86_64 or arm64."
  type        = string
}

variable "timeout_seconds" {
  description = "The function's time limit."
  type        = number
}

variable "memory_mb" {
  description = "The function's memory, and with it its share of a processor."
  type        = number
}

variable "environment" {
  description = "The function's variables."
  type        = map(string)
}

variable "statements" {
  description = "What the function may do, beside writing its own log and traces."
  type = list(object({
    Effect    = optional(string, "Allow")
    Action    = list(string)
    Resource  = list(string)
    Condition = optional(map(map(string)))
  }))
}

variable "reserved_concurrency" {
  description = "Concurrency set aside; null for none."
  type        = number
  default     = null
}

variable "log_retention_days" {
  description = "Days that log lines are kept."
  type        = number
}

variable "account_id" {
  description = "The account, for the log group's ARN."
  type        = string
}

variable "region" {
  description = "The region, for the log group's ARN."
  type        = string
}

variable "previous_version" {
  description = "The version that `live` points to; null for the newest."
  type        = string
  default     = null
}

variable "canary_weight" {
  description = "The newest version's share while `previous_version` is set."
  type        = number
  default     = 0
}
