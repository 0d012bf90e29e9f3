"""The scripts of all engines, parsed by somebody else's grammar: the same tables, columns and types in each."""
import catalogue
import pytest
import sqlglot
from sqlglot import exp

DIALECTS = ["athena", "clickhouse", "duckdb", "spark"]
# Glue's words for the types, which Spark's are in another case.
CANONICAL = {"boolean": "BOOLEAN", "int": "INT", "bigint": "BIGINT", "double": "DOUBLE", "string": "STRING",
             "array<string>": "ARRAY<STRING>", "date": "DATE", "timestamp": "TIMESTAMP"}


def kept(dialect):
    return (catalogue.ROOT / "docs" / "sql" / f"{dialect}.sql").read_text()


def created(dialect):
    """Name → CREATE statement; what sqlglot does not know of Spark is only MSCK REPAIR, left out before."""
    text = "\n".join(line for line in kept(dialect).splitlines() if not line.startswith("MSCK"))
    trees = [tree for tree in sqlglot.parse(text, dialect=dialect) if not isinstance(tree, (exp.Comment, type(None)))]
    for tree in trees:
        assert isinstance(tree, exp.Create), tree
    return {tree.find(exp.Table).name: tree for tree in trees}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_script_makes_every_table_and_view(dialect):
    names = {*catalogue.TABLES, *catalogue.VIEWS.values()}
    if dialect != "spark":
        names.add("game_streams_enriched_from_bronze")
    assert set(created(dialect)) == names


@pytest.mark.parametrize("dialect", ["athena", "spark"])
@pytest.mark.parametrize("name", catalogue.TABLES)
def test_columns_and_types_are_the_catalogues(dialect, name):
    tree = created(dialect)[name]
    found = {column.name: column.kind.sql("hive").upper() for column in tree.this.expressions}
    table = catalogue.TABLES[name]
    columns = {column["name"]: CANONICAL[column["type"]] for column in table["columns"]}
    keys = [column["name"] for column in table["partition_keys"]]
    if dialect == "spark":
        assert [column for column in found if column in keys] == keys
        found = {column: type for column, type in found.items() if column not in keys}
    assert found == columns
    assert tree.find(exp.LocationProperty).this.name.rstrip("/") == "${lake}/" + table["folder"]


@pytest.mark.parametrize("name", catalogue.TABLES)
def test_athenas_projection_is_the_catalogues(name):
    tree = created("athena")[name]
    found = {item.this.name: item.args["value"].name for item in tree.find_all(exp.Property)
             if type(item) is exp.Property}
    table = catalogue.TABLES[name]
    assert {**found, "EXTERNAL": "TRUE"} == table["parameters"]
    assert found["projection.enabled"] == "true"
    for key in table["partition_keys"]:
        assert found[f"projection.{key['name']}.type"] in ("date", "integer")
    partitioned = tree.find(exp.PartitionedByProperty)
    assert {column.name: column.kind.sql("hive").lower() for column in partitioned.find_all(exp.ColumnDef)} == {
        key["name"]: key["type"] for key in table["partition_keys"]}


@pytest.mark.parametrize("view", [*catalogue.VIEWS.values(), "game_streams_enriched_from_bronze"])
def test_views_are_the_same_everywhere(view):
    columns = {dialect: created(dialect)[view].expression.named_selects for dialect in DIALECTS
               if view in created(dialect)}
    assert len(columns) >= 3
    assert len(set(map(tuple, columns.values()))) == 1
    assert len(columns["athena"]) == len(set(columns["athena"]))


def test_the_first_documents_table_has_its_columns():
    table = catalogue.TABLES["game_streams_enriched"]
    assert [column["name"] for column in table["columns"]] == (
        "stream_id user_id user_login user_name game_id game_name stream_type title viewer_count started_at language"
        " is_mature tags broadcaster_type user_description user_created_at data_retrieved_at").split()
