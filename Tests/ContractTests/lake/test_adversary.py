"""The dirtiest bronze, row by row, against the reference; and the lake's own check of it."""
import json

import adversary
import lakefiles
import pyarrow
import pyarrow.parquet
import pytest
import reference
from generate import SCHEMA
from test_against_reference import differences


def fill(lake):
    """Missing columns as nulls and no others, which is how LAKE_SPEC 4 has them read."""
    for path in lake.raw.glob("**/*.parquet"):
        table = pyarrow.parquet.ParquetFile(path).read()
        for field in SCHEMA:
            if field.name not in table.column_names:
                table = table.append_column(field, pyarrow.nulls(len(table), field.type))
        pyarrow.parquet.write_table(table.select(SCHEMA.names), path)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_hundred_thousand_of_the_dirtiest_rows(lake, seed):
    rows = adversary.write(lake.raw, rows=100_000, seed=seed)
    assert rows > 100_000
    silver, _ = lake.make()
    assert silver["rows_read"] == rows
    assert set(silver["motivos"]) == {
        "invalid_id", "invalid_user_id", "missing_user_name", "not_live", "invalid_viewer_count", "invalid_started_at",
        "started_in_future", "below_min_viewers"}
    assert silver["duplicates"] > 1000
    fill(lake)
    assert differences(lake, reference.Settings()) == []


@pytest.mark.parametrize("settings", [
    reference.Settings(utc_offset_minutes=345, snapshot_seconds=1, min_viewers=0, top_n=3),
    reference.Settings(utc_offset_minutes=-1080, snapshot_seconds=3600, future_tolerance_seconds=0, popular_threshold=100),
], ids=["nepal", "far west"])
def test_the_dirtiest_rows_under_other_settings(lake, settings):
    adversary.write(lake.raw, rows=8000, seed=3)
    lake.make(settings)
    fill(lake)
    assert differences(lake, settings) == []


def test_the_check_agrees_and_finds_a_row_that_does_not_follow(lake):
    adversary.write(lake.raw, rows=20_000, seed=4, has_other_shapes=False)
    # One run as two files is no bronze of ours.
    (lake.raw / "dt=2026-06-04" / "hour=12" / "streams_torn-2.parquet").unlink()
    lake.make()
    report = json.loads(lake.run("check", lake.folder, "--allow-gaps", "--json", check=False).stdout)
    assert [finding for finding in report["findings"] if finding["severity"] == "error"] == []
    # The tie of two games, the other way round.
    path = lake.gold / "top_jogos" / "data_local=2026-06-02" / "part-0.parquet"
    table = pyarrow.parquet.ParquetFile(path).read()
    ids = table.column("id_categoria").to_pylist()
    names = table.column("nome_categoria").to_pylist()
    assert names[0] == names[1] == "A" and ids[0] < ids[1]
    table = table.set_column(1, table.schema.field("id_categoria"), pyarrow.array([ids[1], ids[0], *ids[2:]]))
    pyarrow.parquet.write_table(table, path, store_schema=False)
    done = lake.run("check", lake.folder, "--allow-gaps", "--json", check=False)
    errors = [finding for finding in json.loads(done.stdout)["findings"] if finding["severity"] == "error"]
    assert done.returncode == 1
    assert [(finding["code"], finding["place"]["column"]) for finding in errors] == [("gold_ranking", "id_categoria")]


def test_a_day_is_its_24_hours(lake, tmp_path):
    adversary.write(lake.raw, rows=6000, seed=5)
    lake.make()
    whole = {path.relative_to(lake.silver): path.read_bytes() for path in lake.silver.glob("**/*.parquet")}
    hours = tmp_path / "hours"
    for number, folder in enumerate(sorted(lake.raw.glob("dt=*/hour=*"))):
        # One hour alone, with no other state than the silver that the hours before have left.
        alone = tmp_path / f"alone-{number}"
        (alone / folder.parent.name).mkdir(parents=True)
        (alone / folder.parent.name / folder.name).symlink_to(folder)
        lake.run("silver", "--bronze", alone, "--silver", hours, "--jobs", "1")
    assert {path.relative_to(hours): path.read_bytes() for path in hours.glob("**/*.parquet")} == whole


def test_rows_in_any_order_and_files_in_any_cut_give_the_same_rows(lake):
    adversary.write(lake.raw, rows=6000, seed=6, has_other_shapes=False)
    lake.make()

    def rows():
        return {table: lakefiles.partitions(folder) for layer in (lake.silver, lake.gold)
                for table, folder in ((folder.name, folder) for folder in layer.iterdir())}

    first = rows()
    for path in sorted(lake.raw.glob("**/*.parquet")):
        table = pyarrow.parquet.ParquetFile(path).read()
        table = table.take(pyarrow.array(range(len(table) - 1, -1, -1), pyarrow.int64()))
        cut = len(table) // 3
        pyarrow.parquet.write_table(table.slice(cut), path.with_name(f"streams_0{path.stem}.parquet"))
        pyarrow.parquet.write_table(table.slice(0, cut), path)
    lake.make()
    again = rows()
    for table in first:
        assert set(again[table]) == set(first[table])
        for partition, expected in first[table].items():
            keys = [name for name in expected[0] if not isinstance(expected[0][name], float)]
            assert lakefiles.difference(expected, again[table][partition], keys) is None, (table, partition)
