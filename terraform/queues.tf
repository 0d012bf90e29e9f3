# The queue of streams, its dead letters, the queue of alerts, and the runs that the schedule could not start.

locals {
  queue_name       = "${local.prefix}-streams"
  dead_letter_name = "${local.prefix}-streams-dlq"
  # Whoever wants to hear of risers and watched streamers reads it; nothing of the stack does.
  alerts_queue_name = "${local.prefix}-alerts"
  # Six times the consumer's timeout and its window, as Lambda asks for.
  queue_visibility_seconds = 6 * local.timeout_seconds.sqsToStore + var.queue_batch_window_seconds

  fourteen_days = 1209600

  queue_policy = {
    for name in [local.queue_name, local.dead_letter_name, local.alerts_queue_name, "${local.prefix}-schedule-dlq"] : name => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "OnlyOverTLS"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = "${local.arn.sqs}:${name}"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    })
  }
}

# Policies stand in the queues themselves: a resource of their own costs half a minute of waiting each.
resource "aws_sqs_queue" "streams" {
  name                       = local.queue_name
  visibility_timeout_seconds = local.queue_visibility_seconds
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  policy                     = local.queue_policy[local.queue_name]

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.streams_dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "streams_dead_letters" {
  name                      = local.dead_letter_name
  message_retention_seconds = local.fourteen_days
  sqs_managed_sse_enabled   = true
  policy                    = local.queue_policy[local.dead_letter_name]

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = ["${local.arn.sqs}:${local.queue_name}"]
  })
}

resource "aws_sqs_queue" "alerts" {
  name                      = local.alerts_queue_name
  receive_wait_time_seconds = 20
  sqs_managed_sse_enabled   = true
  policy                    = local.queue_policy[local.alerts_queue_name]
}

resource "aws_sqs_queue" "schedule_dead_letters" {
  name                      = "${local.prefix}-schedule-dlq"
  message_retention_seconds = local.fourteen_days
  sqs_managed_sse_enabled   = true
  policy                    = local.queue_policy["${local.prefix}-schedule-dlq"]
}

resource "aws_lambda_event_source_mapping" "streams" {
  event_source_arn                   = aws_sqs_queue.streams.arn
  function_name                      = module.sqs_to_store.alias_arn
  batch_size                         = var.queue_batch_size
  maximum_batching_window_in_seconds = var.queue_batch_window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.queue_maximum_concurrency
  }

  # Lambda deletes what a filter keeps out: the other tiers stay in the lake, and never come to the real-time table.
  dynamic "filter_criteria" {
    for_each = length(var.tier_subscription) > 0 ? [1] : []

    content {
      filter {
        pattern = jsonencode({ messageAttributes = { tier = { stringValue = var.tier_subscription } } })
      }
    }
  }
}
