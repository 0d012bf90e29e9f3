variable "project" {
  description = "Begins the name of every resource; two stacks in one account need two names."
  type        = string
  default     = "rivulet"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.project))
    error_message = "project is 2 to 20 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "region" {
  description = "The AWS region of the whole stack."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is an AWS region such as us-east-1."
  }
}

variable "tags" {
  description = "Further tags of every resource."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.tags) <= 45
    error_message = "AWS takes 50 tags a resource; 45 of them are yours."
  }
}

variable "bucket_name" {
  description = "The lake's bucket; null makes it from project, account and region."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name is 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "lake_deletable" {
  description = "Lets `terraform destroy` delete the lake's bucket with the data in it."
  type        = bool
  default     = false
}

variable "raw_retention_days" {
  description = "Days that bronze objects are kept. Twitch's developer terms ask that its data be kept no longer than it is needed: a month is enough to make silver and gold again."
  type        = number
  default     = 30

  validation {
    condition     = var.raw_retention_days >= 2 && var.raw_retention_days <= 3650 && floor(var.raw_retention_days) == var.raw_retention_days
    error_message = "raw_retention_days is a whole number from 2 to 3650: silver needs the day before."
  }
}

variable "silver_retention_days" {
  description = "Days that silver, quarantine, runs and the joined objects are kept."
  type        = number
  default     = 400

  validation {
    condition     = var.silver_retention_days >= 2 && var.silver_retention_days <= 3650 && floor(var.silver_retention_days) == var.silver_retention_days
    error_message = "silver_retention_days is a whole number from 2 to 3650."
  }
}

variable "package" {
  description = "The zip that holds `bootstrap`, as `make package` writes it. Keep the path: another path alone redeploys."
  type        = string
  default     = "../dist/bootstrap.zip"

  validation {
    condition     = endswith(var.package, ".zip")
    error_message = "package is the path of a zip file."
  }
}

variable "architecture" {
  description = "The processor that the package was built for."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture is x86_64 or arm64."
  }
}

variable "twitch_client_id" {
  description = "The client id of your Twitch application (https://dev.twitch.tv/console/apps)."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,64}$", var.twitch_client_id))
    error_message = "twitch_client_id is 1 to 64 letters, digits and hyphens."
  }
}

variable "twitch_client_secret" {
  description = "The client secret. It goes to the parameter store only: neither the state nor a plan file holds it, so an apply of a plan file must be given it again."
  type        = string
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = length(var.twitch_client_secret) > 0
    error_message = "twitch_client_secret is empty."
  }
}

variable "twitch_client_secret_version" {
  description = "Raise it by one when the client secret has changed: Terraform cannot compare what it does not keep."
  type        = number
  default     = 1

  validation {
    condition     = var.twitch_client_secret_version >= 1 && floor(var.twitch_client_secret_version) == var.twitch_client_secret_version
    error_message = "twitch_client_secret_version is a whole number from 1."
  }
}

variable "twitch_api_url" {
  description = "Another Helix than Twitch's own, such as the simulator; null for Twitch."
  type        = string
  default     = null

  validation {
    condition     = var.twitch_api_url == null || can(regex("^https?://[^/?#@ ]+[^?#@ ]*$", var.twitch_api_url))
    error_message = "twitch_api_url is an http or https URL without a query."
  }
}

variable "twitch_token_url" {
  description = "Another token endpoint than Twitch's own; null for Twitch."
  type        = string
  default     = null

  validation {
    condition     = var.twitch_token_url == null || can(regex("^https?://[^/?#@ ]+[^?#@ ]*$", var.twitch_token_url))
    error_message = "twitch_token_url is an http or https URL without a query."
  }
}

variable "languages" {
  description = "The languages to pull, each with its own walk; [\"*\"] walks the whole directory."
  type        = list(string)
  default     = ["pt", "en", "es"]

  validation {
    condition     = length(var.languages) > 0 && alltrue([for language in var.languages : can(regex("^(\\*|[a-z]{2}(-[a-z]{2})?|other|asl)$", language))])
    error_message = "languages holds Twitch's language codes, such as pt, or \"*\" alone."
  }
}

variable "lake_settings" {
  description = "LAKE_SPEC's settings by their names, such as { MIN_VIEWERS = \"10\" }; what is absent has its default."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for name in keys(var.lake_settings) :
      contains(["MIN_VIEWERS", "POPULAR_THRESHOLD", "UTC_OFFSET_MINUTES", "SNAPSHOT_SECONDS", "FUTURE_TOLERANCE_SECONDS", "TOP_N"], name)
    ])
    error_message = "lake_settings takes MIN_VIEWERS, POPULAR_THRESHOLD, UTC_OFFSET_MINUTES, SNAPSHOT_SECONDS, FUTURE_TOLERANCE_SECONDS and TOP_N."
  }
}

variable "schedule_expression" {
  description = "When a run starts. SNAPSHOT_SECONDS in lake_settings has to fit it."
  type        = string
  default     = "cron(0/30 * * * ? *)"

  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.schedule_expression))
    error_message = "schedule_expression is a cron(...) or rate(...) expression."
  }
}

variable "schedule_enabled" {
  description = "Whether the schedule fires."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days that log lines are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one of the numbers that CloudWatch Logs takes, such as 7, 14, 30 or 365."
  }
}

variable "reserved_concurrency" {
  description = "Concurrency set aside for functions, by name. New accounts have too little to set any aside, so the default is none."
  type        = map(number)
  default     = {}

  validation {
    condition = alltrue([
      for name, limit in var.reserved_concurrency :
      contains(["extract", "enrich", "publishToQueue", "sqsToStore", "silverJob", "goldJob"], name) && limit >= 0
    ])
    error_message = "reserved_concurrency maps functions (extract, enrich, publishToQueue, sqsToStore, silverJob, goldJob) to numbers from 0."
  }
}

variable "queue_batch_size" {
  description = "Messages that one invocation of sqsToStore is given at most."
  type        = number
  default     = 100

  validation {
    condition     = var.queue_batch_size >= 1 && var.queue_batch_size <= 10000 && floor(var.queue_batch_size) == var.queue_batch_size
    error_message = "queue_batch_size is a whole number from 1 to 10000."
  }
}

variable "queue_batch_window_seconds" {
  description = "Seconds that a batch may gather; AWS asks for at least 1 when a batch is larger than 10."
  type        = number
  default     = 5

  validation {
    condition     = var.queue_batch_window_seconds >= (var.queue_batch_size > 10 ? 1 : 0) && var.queue_batch_window_seconds <= 300
    error_message = "queue_batch_window_seconds is 0 to 300, and at least 1 when queue_batch_size is above 10."
  }
}

variable "queue_maximum_concurrency" {
  description = "Invocations of sqsToStore at once, at most."
  type        = number
  default     = 5

  validation {
    condition     = var.queue_maximum_concurrency >= 2 && var.queue_maximum_concurrency <= 1000
    error_message = "queue_maximum_concurrency is 2 to 1000."
  }
}

variable "tier_subscription" {
  description = "The tiers of streams that reach sqsToStore, such as [\"high\"]; empty for all. What a filter keeps out is deleted from the queue."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for tier in var.tier_subscription : contains(["high", "mid", "low"], tier)])
    error_message = "tier_subscription holds high, mid and low."
  }
}

variable "tier_settings" {
  description = "Where one tier ends and the next begins, by the names of docs/settings.md, such as { TIER_HIGH_VIEWERS = \"1000\" }; what is absent has its default."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for name in keys(var.tier_settings) :
      contains(["TIER_HIGH_MINUTES", "TIER_MID_MINUTES", "TIER_HIGH_VIEWERS", "TIER_MID_VIEWERS"], name)
    ])
    error_message = "tier_settings takes TIER_HIGH_MINUTES, TIER_MID_MINUTES, TIER_HIGH_VIEWERS and TIER_MID_VIEWERS."
  }
}

variable "realtime_ttl_days" {
  description = "Days after its observation that a row of the real-time table expires."
  type        = number
  default     = 14

  validation {
    condition     = var.realtime_ttl_days >= 1 && var.realtime_ttl_days <= 3650
    error_message = "realtime_ttl_days is 1 to 3650."
  }
}

variable "watched_users" {
  description = "Twitch user ids of the streamers whose going live is an alert."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.watched_users : can(regex("^[0-9]{1,18}$", id))])
    error_message = "watched_users holds user ids, which are numbers; logins change."
  }
}

variable "previous_version" {
  description = "The version that `live` is moved back to, by function; empty lets `live` follow the newest."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for version in values(var.previous_version) : can(regex("^[1-9][0-9]*$", version))])
    error_message = "previous_version maps functions to version numbers."
  }
}

variable "canary_weight" {
  description = "The share of invocations that the newest version gets while `previous_version` holds `live` back."
  type        = number
  default     = 0

  validation {
    condition     = var.canary_weight >= 0 && var.canary_weight < 1
    error_message = "canary_weight is a share from 0 to below 1."
  }
}

variable "alarm_email" {
  description = "Who is told of alarms; null for nobody. AWS sends a mail to confirm."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.alarm_email))
    error_message = "alarm_email is an e-mail address."
  }
}

variable "error_rate_percent" {
  description = "The share of failed invocations above which a function's alarm is raised."
  type        = number
  default     = 5

  validation {
    condition     = var.error_rate_percent > 0 && var.error_rate_percent < 100
    error_message = "error_rate_percent is above 0 and below 100."
  }
}

variable "queue_age_seconds" {
  description = "The age of the oldest message above which the queue's alarm is raised."
  type        = number
  default     = 900

  validation {
    condition     = var.queue_age_seconds >= 60
    error_message = "queue_age_seconds is at least 60."
  }
}

variable "arrival_seconds" {
  description = "Time without a pulled row after which the arrivals' alarm is raised: two runs, by default."
  type        = number
  default     = 3600

  validation {
    condition     = var.arrival_seconds >= 60 && var.arrival_seconds <= 86400 && var.arrival_seconds % 60 == 0
    error_message = "arrival_seconds is a whole number of minutes, from 60 to 86400 seconds."
  }
}

variable "athena_scan_limit_bytes" {
  description = "Bytes that one Athena query may scan before it is stopped."
  type        = number
  default     = 10737418240

  validation {
    condition     = var.athena_scan_limit_bytes >= 10485760
    error_message = "athena_scan_limit_bytes is at least 10485760, Athena's own least."
  }
}

variable "monthly_budget_usd" {
  description = "The month's cost in US dollars at 80 % of which alarm_email is told; null for no budget."
  type        = number
  default     = null

  validation {
    condition     = var.monthly_budget_usd == null || try(var.monthly_budget_usd > 0, false)
    error_message = "monthly_budget_usd is above 0."
  }
}
