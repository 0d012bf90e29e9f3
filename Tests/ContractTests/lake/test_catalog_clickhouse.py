"""Parquet between us and ClickHouse's embedded engine, both ways, over the variants of LAKE_SPEC 4 that it writes."""
import catalogue
import generate
import lakefiles
import pytest
import reference
from test_against_reference import differences

WRITES = {
    "as it comes": "",
    "snappy": "output_format_parquet_compression_method = 'snappy'",
    "gzip": "output_format_parquet_compression_method = 'gzip'",
    "uncompressed": "output_format_parquet_compression_method = 'none'",
    "format 1.0": "output_format_parquet_version = '1.0'",
    "many pages": "output_format_parquet_data_page_size = 300, output_format_parquet_batch_size = 16",
    "many row groups": "output_format_parquet_row_group_size = 7",
    "small dictionaries fall back": "output_format_parquet_max_dictionary_size = 200",
    "no dictionary": "output_format_parquet_max_dictionary_size = 0",
    "no checksums, no page index, no bloom filter":
        "output_format_parquet_write_checksums = 0, output_format_parquet_write_page_index = 0,"
        " output_format_parquet_write_bloom_filter = 0",
    "list element called item": "output_format_parquet_compliant_nested_types = 0",
    "Arrow's encoder": "output_format_parquet_use_custom_encoder = 0",
    "Arrow's encoder, format 1.0, snappy":
        "output_format_parquet_use_custom_encoder = 0, output_format_parquet_version = '1.0',"
        " output_format_parquet_compression_method = 'snappy'",
}


@pytest.fixture(scope="module")
def clickhouse():
    return catalogue.ClickHouse("")


def rewrite(clickhouse, lake, settings):
    for path in lake.raw.glob("**/*.parquet"):
        copy = path.with_suffix(".new")
        clickhouse.run(
            f"INSERT INTO FUNCTION file('{copy}', 'Parquet') SELECT * FROM file('{path}', 'Parquet')"
            f" SETTINGS use_hive_partitioning = 0{', ' if settings else ''}{settings}")
        copy.rename(path)


@pytest.mark.parametrize("name", WRITES)
def test_bronze_of_clickhouse(clickhouse, lake, name):
    generate.write(lake.raw, rows=2000, seed=34, days=1, runs_per_slot=2)
    rewrite(clickhouse, lake, WRITES[name])
    lake.make()
    assert differences(lake, reference.Settings()) == []


@pytest.mark.parametrize("codec", ["lz4", "brotli"])
def test_codecs_that_are_not_ours_are_refused(clickhouse, lake, codec):
    generate.write(lake.raw, rows=200, seed=35, days=1)
    rewrite(clickhouse, lake, f"output_format_parquet_compression_method = '{codec}'")
    done = lake.run("silver", "--bronze", lake.raw, "--silver", lake.silver, check=False)
    assert done.returncode == 1
    assert "not supported: compression codec" in done.stderr


@pytest.mark.parametrize("codec", ["snappy", "zstd", "uncompressed"])
def test_clickhouse_reads_every_file_of_ours(clickhouse, lake, codec):
    generate.write(lake.raw, rows=3000, seed=36, days=1)
    lake.make(None, "--codec", codec)
    paths = [(name, path) for name, table in catalogue.TABLES.items() if table["folder"].startswith(("silver", "gold"))
             for path in (lake.folder / table["folder"]).glob("**/*.parquet")]
    assert len({name for name, _ in paths}) == 9
    for name, path in paths:
        found = catalogue.rows(clickhouse.table(
            f"SELECT * FROM file('{path}', 'Parquet') SETTINGS use_hive_partitioning = 0"))
        expected = catalogue.without_null_lists(lakefiles.rows(path), name)
        assert catalogue.ordered(found) == catalogue.ordered(expected), path


def test_clickhouse_skips_by_our_statistics_and_loses_nothing(clickhouse, lake):
    generate.write(lake.raw, rows=3000, seed=37, days=1)
    lake.make()
    for path in lake.silver.glob("streams/**/*.parquet"):
        rows = lakefiles.rows(path)
        bound = sorted(row["espectadores"] for row in rows)[len(rows) // 2]
        names = {row["nome_categoria"] for row in rows}
        for name in sorted(names)[:3]:
            quoted = name.decode().replace("\\", "\\\\").replace("'", "\\'")
            found = clickhouse.table(
                f"SELECT count() AS n FROM file('{path}', 'Parquet') WHERE espectadores >= {bound}"
                f" AND nome_categoria = '{quoted}'").column("n").to_pylist()
            assert found == [sum(row["espectadores"] >= bound and row["nome_categoria"] == name for row in rows)], path
