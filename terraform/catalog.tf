# The tables of the lake as Athena and Spark find them. Partitions are projected: no crawler, no repair.
# `make contract-docs` writes generated/glue_tables.json from the lake's contract.

locals {
  glue_tables = jsondecode(file("${path.module}/generated/glue_tables.json"))
}

resource "aws_glue_catalog_database" "lake" {
  name        = replace(local.prefix, "-", "_")
  description = "Bronze, silver and gold of Twitch's live streams"
}

resource "aws_glue_catalog_table" "lake" {
  for_each = local.glue_tables

  name          = each.key
  description   = each.value.description
  database_name = aws_glue_catalog_database.lake.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = each.value.parameters

  storage_descriptor {
    location      = "s3://${local.bucket}/${each.value.folder}"
    input_format  = each.value.input_format
    output_format = each.value.output_format

    ser_de_info {
      serialization_library = each.value.serialization_library
    }

    dynamic "columns" {
      for_each = each.value.columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }

  dynamic "partition_keys" {
    for_each = each.value.partition_keys

    content {
      name    = partition_keys.value.name
      type    = partition_keys.value.type
      comment = partition_keys.value.comment
    }
  }
}
