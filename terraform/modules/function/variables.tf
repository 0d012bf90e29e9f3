variable "stack" {
  description = "What all functions share: names, package, place, retention, and by handler the concurrency set aside and the version that `live` is held back to."
  type = object({
    prefix               = string
    package              = string
    architecture         = string
    account_id           = string
    region               = string
    log_retention_days   = number
    reserved_concurrency = map(number)
    previous_version     = map(string)
    canary_weight        = number
  })
}

variable "handler" {
  description = "The function of the one bootstrap, such as extract; ends the function's name."
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
