# A run every half hour. What could not be started stands in the schedule's own dead-letter queue.

resource "aws_scheduler_schedule_group" "pipeline" {
  name = local.prefix
}

resource "aws_scheduler_schedule" "pipeline" {
  name                = "${local.prefix}-run"
  group_name          = aws_scheduler_schedule_group.pipeline.name
  description         = "Starts the pipeline"
  schedule_expression = var.schedule_expression
  state               = var.schedule_enabled ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.pipeline.arn
    role_arn = aws_iam_role.schedule.arn

    # The instant that was planned and the schedule name the run, however late or often it starts: a slot has one pull. The
    # execution's id would not do, for each attempt has its own.
    input = "{\"time\":\"<aws.scheduler.scheduled-time>\",\"id\":\"<aws.scheduler.schedule-arn>\"}"

    retry_policy {
      maximum_event_age_in_seconds = 1500
      maximum_retry_attempts       = 3
    }

    dead_letter_config {
      arn = aws_sqs_queue.schedule_dead_letters.arn
    }
  }
}

resource "aws_iam_role" "schedule" {
  name = "${local.prefix}-schedule"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  name = "start"
  role = aws_iam_role.schedule.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "states:StartExecution", Resource = "${local.arn.states}:${local.prefix}-pipeline" },
      { Effect = "Allow", Action = "sqs:SendMessage", Resource = "${local.arn.sqs}:${local.prefix}-schedule-dlq" },
    ]
  })
}
