# Six functions from one zip. Each may do what its code does, and nothing else.

locals {
  timeout_seconds = {
    extract        = 300
    enrich         = 300
    publishToQueue = 120
    sqsToStore     = 30
    silverJob      = 300
    goldJob        = 300
  }

  # What all functions share.
  stack = {
    prefix               = local.prefix
    package              = var.package
    architecture         = var.architecture
    account_id           = local.account_id
    region               = var.region
    log_retention_days   = var.log_retention_days
    reserved_concurrency = var.reserved_concurrency
    previous_version     = var.previous_version
    canary_weight        = var.canary_weight
  }

  twitch_environment = merge(
    {
      TWITCH_CLIENT_ID               = var.twitch_client_id
      TWITCH_CLIENT_SECRET_PARAMETER = local.secret_name
      TOKENS_TABLE                   = local.tables.tokens
    },
    { for name, url in { TWITCH_API_URL = var.twitch_api_url, TWITCH_TOKEN_URL = var.twitch_token_url } : name => url if url != null },
  )

  lake_environment = merge({ LAKE_BUCKET = local.bucket }, var.lake_settings)

  # Without the right to list, S3 answers 403 where an object is absent, and the code asks whether one is.
  may_list  = { Action = ["s3:ListBucket"], Resource = [local.bucket_arn] }
  may_read  = { for layer in ["raw", "silver"] : layer => { Action = ["s3:GetObject"], Resource = ["${local.bucket_arn}/${layer}/*"] } }
  may_write = { for layer in ["raw", "enriched"] : layer => { Action = ["s3:PutObject"], Resource = ["${local.bucket_arn}/${layer}/*"] } }
  # A job replaces its partitions.
  may_replace = { for layer in ["silver", "gold"] : layer => { Action = ["s3:PutObject", "s3:DeleteObject"], Resource = ["${local.bucket_arn}/${layer}/*"] } }

  may_keep_the_ledger = { Action = ["dynamodb:GetItem", "dynamodb:UpdateItem"], Resource = ["${local.arn.table}/${local.tables.pulls}"] }
  may_share_the_token = { Action = ["dynamodb:GetItem", "dynamodb:UpdateItem"], Resource = ["${local.arn.table}/${local.tables.tokens}"] }
  may_read_the_secret = { Action = ["ssm:GetParameter"], Resource = ["${local.arn.ssm}${local.secret_name}"] }
}

module "extract" {
  source = "./modules/function"
  stack  = local.stack

  handler         = "extract"
  timeout_seconds = local.timeout_seconds.extract
  memory_mb       = 512
  environment     = merge(local.lake_environment, local.twitch_environment, { LANGUAGES = join(",", var.languages), PULLS_TABLE = local.tables.pulls })
  statements      = [local.may_list, local.may_read.raw, local.may_write.raw, local.may_keep_the_ledger, local.may_share_the_token, local.may_read_the_secret]
}

module "enrich" {
  source = "./modules/function"
  stack  = local.stack

  handler         = "enrich"
  timeout_seconds = local.timeout_seconds.enrich
  memory_mb       = 512
  environment     = merge(local.lake_environment, local.twitch_environment, { for kind, table in local.tables : "${upper(kind)}_TABLE" => table })
  statements = [
    local.may_list, local.may_read.raw, local.may_write.enriched, local.may_keep_the_ledger, local.may_share_the_token, local.may_read_the_secret,
    { Action = ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"], Resource = ["${local.arn.table}/${local.tables.games}", "${local.arn.table}/${local.tables.users}"] },
  ]
}

module "publish_to_queue" {
  source = "./modules/function"
  stack  = local.stack

  handler         = "publishToQueue"
  timeout_seconds = local.timeout_seconds.publishToQueue
  memory_mb       = 512
  environment = merge(local.lake_environment, var.tier_settings, {
    QUEUE_URL        = aws_sqs_queue.streams.url
    ALERTS_QUEUE_URL = aws_sqs_queue.alerts.url
    ALERTS_TABLE     = local.alerts_table
    WATCHED_USERS    = join(",", var.watched_users)
  })
  statements = [
    local.may_list, local.may_read.raw,
    { Action = ["sqs:SendMessage"], Resource = ["${local.arn.sqs}:${local.queue_name}", "${local.arn.sqs}:${local.alerts_queue_name}"] },
    { Action = ["dynamodb:PutItem", "dynamodb:UpdateItem"], Resource = ["${local.arn.table}/${local.alerts_table}"] },
  ]
}

module "sqs_to_store" {
  source = "./modules/function"
  stack  = local.stack

  handler         = "sqsToStore"
  timeout_seconds = local.timeout_seconds.sqsToStore
  memory_mb       = 256
  environment     = merge(var.lake_settings, { REALTIME_TABLE = local.realtime_table, REALTIME_TTL_DAYS = tostring(var.realtime_ttl_days) })
  statements = [
    { Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = ["${local.arn.sqs}:${local.queue_name}"] },
    { Action = ["dynamodb:PutItem", "dynamodb:GetItem"], Resource = ["${local.arn.table}/${local.realtime_table}"] },
  ]
}

module "silver_job" {
  source = "./modules/function"
  stack  = local.stack

  handler         = "silverJob"
  timeout_seconds = local.timeout_seconds.silverJob
  memory_mb       = 1024
  environment     = local.lake_environment
  statements      = [local.may_list, local.may_read.raw, local.may_replace.silver]
}

module "gold_job" {
  source = "./modules/function"
  stack  = local.stack

  handler         = "goldJob"
  timeout_seconds = local.timeout_seconds.goldJob
  memory_mb       = 1024
  environment     = local.lake_environment
  statements      = [local.may_list, local.may_read.silver, local.may_replace.gold]
}

locals {
  functions = {
    extract        = module.extract
    enrich         = module.enrich
    publishToQueue = module.publish_to_queue
    sqsToStore     = module.sqs_to_store
    silverJob      = module.silver_job
    goldJob        = module.gold_job
  }
}
