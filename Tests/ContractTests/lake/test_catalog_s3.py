"""ClickHouse reads the lake through S3: its own client, our emulator, the script as it is for a bucket."""
import catalogue
import pytest

from emulator import Emulator


@pytest.fixture(scope="module")
def clickhouse(demo_lake):
    emulator = Emulator(demo_lake.folder.parent)
    bucket = emulator.client("s3").list_buckets()["Buckets"][0]["Name"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_REGION", "us-east-1")
        script = demo_lake.run("contract", "--format", "clickhouse", "--lake", f"{emulator.endpoint}/{bucket}").stdout
        assert "ENGINE = S3(" in script and "ENGINE = File(" not in script
        yield catalogue.ClickHouse(script)
    emulator.stop()


@pytest.mark.parametrize("name", catalogue.TABLES)
def test_a_table_in_the_bucket_is_its_files(clickhouse, demo_lake, name):
    found = catalogue.rows(clickhouse.table(f"SELECT * FROM {name}"))
    expected = catalogue.without_null_lists(catalogue.expected(demo_lake, name), name)
    assert catalogue.ordered(found) == catalogue.ordered(expected) != []


def test_a_partition_is_found_by_its_key(clickhouse, demo_lake):
    rows = catalogue.expected(demo_lake, "silver_streams")
    for hour in sorted({row["hour"] for row in rows}):
        found = clickhouse.table(f"SELECT count() AS n FROM stream_snapshots WHERE hour = '{hour.decode()}'")
        assert found.column("n").to_pylist() == [sum(row["hour"] == hour for row in rows)]
