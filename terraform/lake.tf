# The lake: raw/ (bronze), silver/, gold/ and enriched/, and the answers of Athena beside them.

locals {
  bucket = coalesce(var.bucket_name, "${local.prefix}-lake-${local.account_id}-${var.region}")

  bucket_arn = "arn:aws:s3:::${local.bucket}"

  # Days by prefix. Gold is small and is what people come for: it stays.
  retention_days = {
    raw      = var.raw_retention_days
    silver   = var.silver_retention_days
    enriched = var.silver_retention_days
    athena   = 7
  }
}

resource "aws_s3_bucket" "lake" {
  bucket        = local.bucket
  force_destroy = var.lake_deletable
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "lake" {
  bucket = aws_s3_bucket.lake.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyOverTLS"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.lake]
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  dynamic "rule" {
    for_each = local.retention_days

    content {
      id     = "${rule.key}-expires"
      status = "Enabled"

      filter {
        prefix = "${rule.key}/"
      }

      expiration {
        days = rule.value
      }
    }
  }

  rule {
    id     = "what-was-replaced-or-broken-off"
    status = "Enabled"

    filter {
      prefix = ""
    }

    # Each run replaces its hour and its day: without this, every half hour would be paid for ever after.
    noncurrent_version_expiration {
      noncurrent_days = 7
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.lake]
}
