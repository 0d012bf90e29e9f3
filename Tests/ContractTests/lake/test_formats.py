"""Every way of writing Parquet that LAKE_SPEC 4 names comes in; every engine here reads what goes out."""
import collections
import io

import duckdb
import generate
import polars
import pyarrow
import pyarrow.parquet
import pytest
import reference
from test_against_reference import differences

VARIANTS = {
    "uncompressed": {"compression": "none"},
    "gzip": {"compression": "gzip"},
    "zstd": {"compression": "zstd"},
    "no dictionary": {"use_dictionary": False},
    "format 1.0 with PLAIN_DICTIONARY": {"version": "1.0"},
    "small dictionaries fall back": {"dictionary_pagesize_limit": 200},
    "many pages": {"data_page_size": 256, "write_batch_size": 16},
    "many row groups": {"row_group_size": 7},
    "pages of version 2": {"data_page_version": "2.0"},
    "pages of version 2, many, zstd": {"data_page_version": "2.0", "data_page_size": 300, "write_batch_size": 16,
                                       "compression": "zstd"},
    "pages of version 2, uncompressed": {"data_page_version": "2.0", "compression": "none"},
    "page checksums": {"write_page_checksum": True},
    "list element called item": {"use_compliant_nested_type": False},
    "no statistics, no schema of Arrow's": {"write_statistics": False, "store_schema": False},
    "milliseconds": {"coerce_timestamps": "ms"},
    "INT96": {"use_deprecated_int96_timestamps": True},
    "page index": {"write_page_index": True},
    "run-length booleans": {"column_encoding": {"is_mature": "RLE"}, "use_dictionary": False},
}


def rewrite(lake, change=None, **options):
    for path in lake.raw.glob("**/*.parquet"):
        table = pyarrow.parquet.ParquetFile(path).read()
        if change:
            table = change(table)
        pyarrow.parquet.write_table(table, path, **options)


@pytest.mark.parametrize("name", VARIANTS)
def test_pyarrow_variants(lake, name):
    generate.write(lake.raw, rows=3000, seed=21, days=1, runs_per_slot=2)
    rewrite(lake, **VARIANTS[name])
    lake.make()
    assert differences(lake, reference.Settings()) == []


def reorder(table):
    return table.select(list(reversed(table.column_names))).append_column(
        "extra", pyarrow.array([{"a": 1}] * table.num_rows)).append_column("more", pyarrow.array([1.5] * table.num_rows))


def required(table):
    names = ["collected_at", "run_id", "row_no"]
    return table.cast(pyarrow.schema([field.with_nullable(field.name not in names) for field in table.schema]))


def wide(table):
    place = table.schema.get_field_index("row_no")
    table = table.set_column(place, "row_no", table.column("row_no").cast(pyarrow.int64()))
    place = table.schema.get_field_index("collected_at")
    return table.set_column(place, "collected_at", table.column("collected_at").cast(pyarrow.timestamp("ns", "UTC")))


CHANGES = {"other order and extra columns": reorder, "required columns": required, "64-bit row_no, nanoseconds": wide}


@pytest.mark.parametrize("name", CHANGES)
def test_other_schemas(lake, name):
    generate.write(lake.raw, rows=2000, seed=22, days=1)
    rewrite(lake, CHANGES[name])
    lake.make()
    for path in lake.raw.glob("**/*.parquet"):
        table = pyarrow.parquet.ParquetFile(path).read().select(generate.SCHEMA.names).cast(generate.SCHEMA)
        pyarrow.parquet.write_table(table, path)
    assert differences(lake, reference.Settings()) == []


def test_missing_columns_are_null(lake):
    generate.write(lake.raw, rows=1000, seed=23, days=1)
    dropped = ["tag_ids", "tags", "is_mature", "thumbnail_url", "user_name", "stream_minutes"]
    rewrite(lake, lambda table: table.drop_columns(dropped))
    lake.make()
    for path in lake.raw.glob("**/*.parquet"):
        table = pyarrow.parquet.ParquetFile(path).read()
        for name in dropped:
            table = table.append_column(generate.SCHEMA.field(name), pyarrow.nulls(len(table), generate.SCHEMA.field(name).type))
        pyarrow.parquet.write_table(table.select(generate.SCHEMA.names), path)
    assert differences(lake, reference.Settings()) == []


def test_columns_without_a_type_are_null(lake):
    """What pyarrow makes of values that are all null, or of lists that are all empty, when nobody names a type."""
    generate.write(lake.raw, rows=1000, seed=23, days=1)

    def untyped(table):
        for name, values in (("thumbnail_url", [None] * len(table)), ("is_mature", [None] * len(table)),
                             ("tag_ids", [[]] * len(table)), ("tags", [None, [], [None, None]] * len(table))):
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, pyarrow.array(values[:len(table)]))
        return table

    rewrite(lake, untyped)
    lake.make()
    for path in lake.raw.glob("**/*.parquet"):
        pyarrow.parquet.write_table(pyarrow.parquet.ParquetFile(path).read().cast(generate.SCHEMA), path)
    assert differences(lake, reference.Settings()) == []


def test_a_codec_that_is_not_read_is_named(lake):
    generate.write(lake.raw, rows=100, seed=23, days=1)
    rewrite(lake, compression="brotli")
    done = lake.run("silver", "--bronze", lake.raw, "--silver", lake.silver, check=False)
    assert done.returncode == 1
    assert "not supported: compression codec BROTLI" in done.stderr


def test_empty_files_and_row_groups(lake):
    generate.write(lake.raw, rows=1000, seed=24, days=1)
    for number, folder in enumerate(sorted(lake.raw.glob("dt=*/hour=*"))):
        empty = pyarrow.table({name: [] for name in generate.SCHEMA.names}, schema=generate.SCHEMA)
        with pyarrow.parquet.ParquetWriter(folder / "streams_empty.parquet", generate.SCHEMA) as writer:
            for _ in range(number % 3):
                writer.write_table(empty)
    lake.make()
    assert differences(lake, reference.Settings()) == []


@pytest.mark.parametrize("options", ["COMPRESSION snappy", "COMPRESSION zstd, PARQUET_VERSION v2", "ROW_GROUP_SIZE 50"])
def test_bronze_of_duckdb(lake, options):
    generate.write(lake.raw, rows=2000, seed=25, days=1)
    for path in lake.raw.glob("**/*.parquet"):
        copy = path.with_suffix(".new")
        duckdb.sql(f"COPY (SELECT * FROM read_parquet('{path}', hive_partitioning = false)) TO '{copy}'"
                   f" (FORMAT parquet, {options})")
        copy.rename(path)
    # DuckDB's version 2 uses DELTA encodings, which are refused by name.
    if "v2" in options:
        done = lake.run("silver", "--bronze", lake.raw, "--silver", lake.silver, check=False)
        assert done.returncode == 1
        assert "not supported: values in encoding delta" in done.stderr
        return
    lake.make()
    assert differences(lake, reference.Settings()) == []


@pytest.mark.parametrize("codec", ["snappy", "zstd", "uncompressed", "gzip"])
def test_bronze_of_polars(lake, codec):
    generate.write(lake.raw, rows=2000, seed=26, days=1)
    for path in lake.raw.glob("**/*.parquet"):
        polars.read_parquet(path, hive_partitioning=False).write_parquet(path, compression=codec)
    lake.make()
    assert differences(lake, reference.Settings()) == []


@pytest.mark.parametrize("codec", ["snappy", "zstd", "uncompressed"])
def test_engines_read_the_same(lake, codec):
    generate.write(lake.raw, rows=3000, seed=27, days=1)
    lake.make(None, "--codec", codec)
    for table in sorted([*lake.silver.iterdir(), *lake.gold.iterdir()]):
        for path in table.glob("**/*.parquet"):
            arrow = pyarrow.parquet.ParquetFile(path).read().replace_schema_metadata()
            duck = duckdb.sql(f"SELECT * FROM read_parquet('{path}', hive_partitioning = false)").to_arrow_table()
            assert duck.cast(arrow.schema).to_pylist() == arrow.to_pylist(), path
            assert polars.read_parquet(path, hive_partitioning=False).to_arrow().cast(arrow.schema).equals(arrow), path


def test_physical_rules(lake):
    generate.write(lake.raw, rows=3000, seed=28, days=1)
    lake.make()
    paths = list(lake.silver.glob("**/*.parquet")) + list(lake.gold.glob("**/*.parquet"))
    assert paths
    for path in paths:
        metadata = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True).metadata
        assert metadata.created_by.startswith("rivulet version ")
        for group in range(metadata.num_row_groups):
            for index in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(index)
                assert chunk.compression == "SNAPPY"
                assert chunk.has_dictionary_page == ("RLE_DICTIONARY" in chunk.encodings)
                assert chunk.statistics.has_null_count
                assert chunk.is_stats_set or chunk.statistics.null_count == chunk.num_values
        assert pyarrow.parquet.ParquetFile(path, page_checksum_verification=True).read().num_rows == metadata.num_rows


def test_statistics_are_true(lake):
    generate.write(lake.raw, rows=2000, seed=29, days=1)
    lake.make()
    for path in lake.silver.glob("streams/**/*.parquet"):
        file = pyarrow.parquet.ParquetFile(path)
        for index, name in enumerate(file.schema_arrow.names):
            column = file.read([name]).column(name).combine_chunks()
            chunk = next(chunk for chunk in (file.metadata.row_group(0).column(place)
                                             for place in range(file.metadata.num_columns))
                         if chunk.path_in_schema.split(".")[0] == name)
            if pyarrow.types.is_list(column.type):
                column = column.flatten()
            if pyarrow.types.is_string(column.type):
                column = column.cast(pyarrow.binary())
            values = [value for value in column.to_pylist() if value is not None]
            if chunk.statistics.has_min_max:
                def plain(value):
                    return value.encode() if isinstance(value, str) else value
                assert plain(chunk.statistics.min) == min(values), (path, name)
                assert plain(chunk.statistics.max) == max(values), (path, name)


@pytest.mark.parametrize("codec", ["snappy", "zstd", "uncompressed"])
def test_files_are_no_larger_than_pyarrows(lake, codec):
    generate.write(lake.raw, rows=20_000, seed=30, days=1)
    lake.make(None, "--codec", codec)
    ours, theirs = collections.Counter(), collections.Counter()
    for path in [*lake.silver.glob("**/*.parquet"), *lake.gold.glob("**/*.parquet")]:
        buffer = io.BytesIO()
        table = pyarrow.parquet.ParquetFile(path).read().replace_schema_metadata()
        pyarrow.parquet.write_table(table, buffer, compression=codec.replace("uncompressed", "none"), store_schema=False)
        name = str(path.relative_to(lake.folder)).split("/")[1]
        ours[name], theirs[name] = ours[name] + path.stat().st_size, theirs[name] + buffer.tell()
    assert {name: ours[name] <= theirs[name] for name in theirs} == {name: True for name in theirs}, (ours, theirs)
