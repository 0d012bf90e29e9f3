# The tables of the lake as Athena and Spark find them. Partitions are projected: no crawler, no repair.
# `rivulet-local lake contract` writes generated/glue_tables.json from the lake's contract.

locals {
  glue_tables = jsondecode(file("${path.module}/generated/glue_tables.json"))
}
