"""The contract's tables and views on DuckDB and ClickHouse, row by row beside the files themselves."""
import catalogue
import generate
import lakefiles
import pyarrow
import pytest
import reference

DUCKDB_TYPES = {"boolean": "BOOLEAN", "int": "INTEGER", "bigint": "BIGINT", "double": "DOUBLE", "string": "VARCHAR",
                "array<string>": "VARCHAR[]", "date": "DATE", "timestamp": "TIMESTAMP WITH TIME ZONE"}
CLICKHOUSE_TYPES = {"boolean": "Bool", "int": "Int32", "bigint": "Int64", "double": "Float64", "string": "String",
                    "date": "Date32", "timestamp": "DateTime64(6, 'UTC')"}
PARTITION_TYPES = {"dt": "date", "data_local": "date", "hour": "string"}


@pytest.fixture(scope="module", params=catalogue.ENGINES)
def dirty(request, dirty_lake):
    return catalogue.ENGINES[request.param](catalogue.script(dirty_lake, request.param)), dirty_lake


@pytest.fixture(scope="module", params=catalogue.ENGINES)
def demo(request, demo_lake):
    return catalogue.ENGINES[request.param](catalogue.script(demo_lake, request.param)), demo_lake


def as_read_by(engine, rows, name):
    return catalogue.without_null_lists(rows, name) if engine.name == "clickhouse" else rows


@pytest.mark.parametrize("name", [name for name in catalogue.TABLES if name != "game_streams_enriched"])
def test_a_table_is_its_files(dirty, name):
    engine, lake = dirty
    expected = catalogue.expected(lake, name)
    assert expected
    found = catalogue.rows(engine.table(f"SELECT * FROM {name}"))
    assert list(found[0]) == list(expected[0])
    assert catalogue.ordered(found) == catalogue.ordered(as_read_by(engine, expected, name))


def test_the_table_of_the_first_document_is_its_files(demo):
    engine, lake = demo
    expected = catalogue.expected(lake, "game_streams_enriched")
    found = catalogue.rows(engine.table("SELECT * FROM game_streams_enriched"))
    assert len(found[0]) == 17 + 2
    assert catalogue.ordered(found) == catalogue.ordered(expected) != []


@pytest.mark.parametrize("name", catalogue.VIEWS)
def test_a_view_is_its_table_under_other_names(dirty, name):
    engine, _ = dirty
    table = engine.table(f"SELECT * FROM {name}")
    view = engine.table(f"SELECT * FROM {catalogue.VIEWS[name]}")
    assert len(set(view.column_names)) == view.num_columns
    assert catalogue.ordered(catalogue.rows(view)) == catalogue.ordered(catalogue.rows(table)) != []


def test_a_partition_is_found_by_its_path(dirty):
    engine, lake = dirty
    for partition, rows in list(lakefiles.partitions(lake.silver / "streams").items())[:3]:
        dt, hour = (part.split("=")[1] for part in partition.split("/"))
        found = engine.table(f"SELECT count(*) AS n FROM stream_snapshots WHERE dt = '{dt}' AND hour = '{hour}'")
        assert found.column("n").to_pylist() == [len(rows)]


@pytest.mark.parametrize("name", catalogue.TABLES)
def test_types_are_the_contracts(demo, name):
    engine, _ = demo
    described = engine.table(f"SELECT * FROM (DESCRIBE {name})" if engine.name == "duckdb" else
                             f"SELECT name AS column_name, type AS column_type FROM system.columns"
                             f" WHERE database = currentDatabase() AND table = '{name}' ORDER BY position")
    found = dict(zip(described.column("column_name").to_pylist(), described.column("column_type").to_pylist()))
    table = catalogue.TABLES[name]
    types = {column["name"]: column["type"] for column in table["columns"]}
    types |= {column["name"]: PARTITION_TYPES[column["name"]] for column in table["partition_keys"]}
    if engine.name == "duckdb":
        assert found == {column: DUCKDB_TYPES[type] for column, type in types.items()}
        return
    assert list(found) == list(types)
    for column, type in types.items():
        if type == "array<string>":
            assert found[column] in ("Array(String)", "Array(Nullable(String))")
        else:
            assert found[column].removeprefix("Nullable(").removesuffix(")" * found[column].startswith("Nullable(")) \
                == CLICKHOUSE_TYPES[type]


def enriched(row):
    """A row of bronze as `game_streams_enriched` has it, as far as bronze tells; None when it has no place there."""
    start = reference.started_at(row["started_at"])
    if row["id"] is None or row["user_id"] is None or start is None:
        return None
    tags = row["tags"] if row["tags"] is None else b",".join(tag for tag in row["tags"] if tag is not None)
    return {"stream_id": row["id"], "user_id": row["user_id"], "user_login": row["user_login"],
            "user_name": row["user_name"], "game_id": row["game_id"] or b"", "game_name": row["game_name"] or None,
            "stream_type": row["type"], "title": row["title"], "viewer_count": row["viewer_count"],
            "started_at": start, "language": row["language"], "is_mature": row["is_mature"], "tags": tags,
            "broadcaster_type": None, "user_description": None, "user_created_at": None,
            "data_retrieved_at": row["collected_at"], "dt": row["dt"], "hour": row["hour"]}


def test_bronze_gives_the_first_documents_table(dirty):
    engine, lake = dirty
    latest = {}
    for row in as_read_by(engine, catalogue.expected(lake, "bronze_streams"), "bronze_streams"):
        made = enriched(row)
        key = (row["run_id"], row["id"])
        if made and (key not in latest or latest[key][0] < row["row_no"]):
            latest[key] = (row["row_no"], made)
    found = catalogue.rows(engine.table("SELECT * FROM game_streams_enriched_from_bronze"))
    assert list(found[0]) == list(next(iter(latest.values()))[1])
    assert catalogue.ordered(found) == catalogue.ordered(made for _, made in latest.values())


def test_what_enrich_wrote_is_what_bronze_gives_but_for_the_profiles(demo):
    engine, _ = demo
    # Maturity is told by the channel's content labels, where enrich knows them.
    added = ("broadcaster_type", "user_description", "user_created_at", "is_mature")

    def plain(name):
        rows = catalogue.rows(engine.table(f"SELECT * FROM {name}"))
        if engine.name == "clickhouse":
            # The list of which the text is made is never null there.
            rows = [{**row, "tags": row["tags"] or b""} for row in rows]
        return [{column: value for column, value in row.items() if column not in added} for row in rows]

    assert catalogue.ordered(plain("game_streams_enriched")) == catalogue.ordered(
        plain("game_streams_enriched_from_bronze")) != []


@pytest.mark.parametrize("engine", catalogue.ENGINES)
def test_tables_without_files_are_empty(lake, engine):
    generate.write(lake.raw, rows=500, seed=33, days=1, clean=True)
    lake.run("silver", "--bronze", lake.raw, "--silver", lake.silver)
    made = catalogue.ENGINES[engine](catalogue.script(lake, engine))
    for name in ("game_streams_enriched", "gold_top_jogos", "top_games"):
        assert made.table(f"SELECT * FROM {name}").num_rows == 0
    assert made.table("SELECT * FROM stream_snapshots").num_rows > 0


def test_an_instant_keeps_its_microseconds(dirty):
    engine, lake = dirty
    starts = engine.table("SELECT started_at FROM stream_snapshots").column("started_at")
    assert starts.type == pyarrow.timestamp("us", "UTC")
    expected = sorted(row["inicio_em"] for row in catalogue.expected(lake, "silver_streams"))
    assert sorted(lakefiles.cell(starts.combine_chunks())) == expected
    assert any(start % 1000 for start in expected)
