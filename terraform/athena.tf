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
