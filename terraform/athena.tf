# SQL over the lake: a workgroup that stops what would scan too much, and the questions that people ask first.

resource "aws_athena_workgroup" "lake" {
  name          = local.prefix
  force_destroy = var.lake_deletable

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.athena_scan_limit_bytes

    result_configuration {
      output_location = "s3://${local.bucket}/athena/"

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}

locals {
  questions = "${path.module}/../docs/sql/queries"
  # Athena runs one statement a query: run each view once, then ask.
  views = {
    for statement in split(";\n", file("${path.module}/../docs/sql/athena.sql")) :
    regex("(?i)create or replace view ([a-z0-9_.]+)", statement)[0] => trimspace(statement)
    if can(regex("(?i)create or replace view", statement))
  }
}

resource "aws_athena_named_query" "view" {
  for_each = local.views

  name        = "view: ${each.key}"
  description = "Makes the view ${each.key}, with English names"
  database    = aws_glue_catalog_database.lake.name
  workgroup   = aws_athena_workgroup.lake.name
  query       = each.value
}

resource "aws_athena_named_query" "question" {
  for_each = fileset(local.questions, "*.sql")

  name        = replace(trimsuffix(each.value, ".sql"), "_", " ")
  description = trimprefix(split("\n", file("${local.questions}/${each.value}"))[0], "-- ")
  database    = aws_glue_catalog_database.lake.name
  workgroup   = aws_athena_workgroup.lake.name
  query       = file("${local.questions}/${each.value}")
}
