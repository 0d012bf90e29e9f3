# Who is told, and of what.

resource "aws_sns_topic" "alarms" {
  name              = "${local.prefix}-alarms"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_topic_subscription" "alarm_email" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = {
    streams  = aws_sqs_queue.streams_dead_letters.name
    schedule = aws_sqs_queue.schedule_dead_letters.name
  }

  alarm_name          = "${local.prefix}-${each.key}-dead-letters"
  alarm_description   = "Messages stand in ${each.value}: look at them, then redrive them."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "queue_age" {
  alarm_name          = "${local.prefix}-queue-age"
  alarm_description   = "The oldest message waits longer than ${var.queue_age_seconds} s: sqsToStore does not keep up."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.streams.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  threshold           = var.queue_age_seconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "error_rate" {
  for_each = local.functions

  alarm_name          = "${local.prefix}-${each.key}-errors"
  alarm_description   = "More than ${var.error_rate_percent} % of ${each.key}'s invocations fail."
  evaluation_periods  = 1
  threshold           = var.error_rate_percent
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  metric_query {
    id          = "rate"
    expression  = "100 * errors / invocations"
    label       = "Error rate (%)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { errors = "Errors", invocations = "Invocations" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/Lambda"
        metric_name = metric_query.value
        dimensions  = { FunctionName = each.value.name }
        stat        = "Sum"
        period      = 300
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "failed_run" {
  alarm_name          = "${local.prefix}-failed-run"
  alarm_description   = "A run of the pipeline failed: its execution history names the step."
  namespace           = "AWS/States"
  metric_name         = "ExecutionsFailed"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.pipeline.arn }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

# The silent failure: nothing fails, and nothing comes.
resource "aws_cloudwatch_metric_alarm" "missing_arrivals" {
  alarm_name          = "${local.prefix}-missing-arrivals"
  alarm_description   = "No rows were pulled for ${var.arrival_seconds / 60} minutes."
  namespace           = "Rivulet"
  metric_name         = "RowsExtracted"
  dimensions          = { FunctionName = module.extract.name }
  statistic           = "Sum"
  period              = var.arrival_seconds
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_dashboard" "pipeline" {
  dashboard_name = local.prefix

  dashboard_body = jsonencode({
    widgets = [
      {
        type = "metric", x = 0, y = 0, width = 12, height = 6
        properties = {
          title = "Rows", region = var.region, stat = "Sum", period = 1800, view = "timeSeries"
          metrics = [
            for row in [["RowsExtracted", module.extract.name], ["RowsKept", module.silver_job.name], ["RowsQuarantined", module.silver_job.name]] :
            ["Rivulet", row[0], "FunctionName", row[1]]
          ]
        }
      },
      {
        type = "metric", x = 12, y = 0, width = 12, height = 6
        properties = {
          title   = "Completeness of pulls", region = var.region, stat = "Minimum", period = 1800, view = "timeSeries"
          metrics = [["Rivulet", "PullCompleteness", "FunctionName", module.extract.name]]
        }
      },
      {
        type = "metric", x = 0, y = 6, width = 12, height = 6
        properties = {
          title = "Queue", region = var.region, stat = "Maximum", period = 60, view = "timeSeries"
          metrics = [
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", local.queue_name],
            ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", local.queue_name],
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", local.dead_letter_name],
          ]
        }
      },
      {
        type = "metric", x = 12, y = 6, width = 12, height = 6
        properties = {
          title   = "Errors", region = var.region, stat = "Sum", period = 300, view = "timeSeries"
          metrics = [for function in values(local.functions) : ["AWS/Lambda", "Errors", "FunctionName", function.name]]
        }
      },
      {
        type = "metric", x = 0, y = 12, width = 24, height = 6
        properties = {
          title   = "Duration (ms)", region = var.region, stat = "p99", period = 1800, view = "timeSeries"
          metrics = [for function in values(local.functions) : ["AWS/Lambda", "Duration", "FunctionName", function.name]]
        }
      },
    ]
  })
}

resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget_usd == null ? 0 : 1

  name         = local.prefix
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = ["user:project$${var.project}"]
  }

  dynamic "notification" {
    for_each = var.alarm_email == null ? [] : [var.alarm_email]

    content {
      comparison_operator        = "GREATER_THAN"
      threshold                  = 80
      threshold_type             = "PERCENTAGE"
      notification_type          = "ACTUAL"
      subscriber_email_addresses = [notification.value]
    }
  }
}
