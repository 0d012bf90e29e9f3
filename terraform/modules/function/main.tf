# One function: its role, its log group, its code and the alias that everybody calls.

locals {
  name          = "${var.stack.prefix}-${var.handler}"
  log_group     = "/aws/lambda/${local.name}"
  log_group_arn = "arn:aws:logs:${var.stack.region}:${var.stack.account_id}:log-group:${local.log_group}"

  # null lets `live` follow the newest version.
  previous_version = lookup(var.stack.previous_version, var.handler, null)

  statements = concat(var.statements, [
    { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["${local.log_group_arn}:*"], Condition = null },
    # X-Ray's two actions know no resource.
    { Effect = "Allow", Action = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource = ["*"], Condition = null },
  ])
}

resource "aws_iam_role" "this" {
  name = local.name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "function"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.statements : { for name, value in statement : name => value if value != null }]
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group
  retention_in_days = var.stack.log_retention_days
}

resource "aws_lambda_function" "this" {
  function_name                  = local.name
  description                    = "Rivulet: ${var.handler}"
  role                           = aws_iam_role.this.arn
  runtime                        = "provided.al2023"
  handler                        = var.handler
  architectures                  = [var.stack.architecture]
  filename                       = var.stack.package
  source_code_hash               = filebase64sha256(var.stack.package)
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = lookup(var.stack.reserved_concurrency, var.handler, -1)
  publish                        = true

  environment {
    variables = var.environment
  }

  # Levels are AWS's defaults. Unnamed, the provider compares nothing with them and publishes a version at every apply.
  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.this.name
    application_log_level = "INFO"
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = "Active"
  }

  # A function that starts before it may write its log is silent about why it failed.
  depends_on = [aws_iam_role_policy.this]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What the pipeline calls"
  function_name    = aws_lambda_function.this.function_name
  function_version = coalesce(local.previous_version, aws_lambda_function.this.version)

  # A function that an apply leaves alone has no second version to share with.
  dynamic "routing_config" {
    for_each = coalesce(local.previous_version, aws_lambda_function.this.version) != aws_lambda_function.this.version && var.stack.canary_weight > 0 ? [var.stack.canary_weight] : []

    content {
      additional_version_weights = { (aws_lambda_function.this.version) = routing_config.value }
    }
  }
}
