# The real-time table, and what the pipeline keeps of pulls, games, broadcasters and its token.

locals {
  tables = {
    pulls  = "${local.prefix}-pulls"
    games  = "${local.prefix}-games"
    users  = "${local.prefix}-users"
    tokens = "${local.prefix}-tokens"
  }
  table_keys = { pulls = "run_id", games = "id", users = "id", tokens = "id" }

  realtime_table = "${local.prefix}-streams"
  alerts_table   = "${local.prefix}-alerts"
}

resource "aws_dynamodb_table" "realtime" {
  name         = local.realtime_table
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "nome_streamer"
  range_key    = "timestamp"

  attribute {
    name = "nome_streamer"
    type = "S"
  }

  attribute {
    name = "timestamp"
    type = "S"
  }

  ttl {
    attribute_name = "expira_em"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = false # The table is encrypted with DynamoDB's own key, which costs nothing.
  }
}

resource "aws_dynamodb_table" "alerts" {
  name         = local.alerts_table
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "reference" {
  for_each = local.tables

  name         = each.value
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = local.table_keys[each.key]

  attribute {
    name = local.table_keys[each.key]
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}
