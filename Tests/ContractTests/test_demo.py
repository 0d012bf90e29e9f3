"""The demo's lake, read by other people's engines; and recorded Helix answers through the whole path."""

import gzip
import json
import os
import pathlib
import subprocess

import duckdb
import polars
import pyarrow.parquet
import pytest

from emulator import BUILD, ROOT, Emulator

TWITCH_DATA = pathlib.Path(os.environ.get("RIVULET_TWITCH_DATA", ROOT.parent / "shared" / "data" / "twitch"))


def run_demo(state, *arguments):
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), "demo", "--json", "--state", str(state), *map(str, arguments)],
        capture_output=True, text=True, timeout=300,
        env={name: value for name, value in os.environ.items() if not name.startswith("TWITCH_")})
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    state = tmp_path_factory.mktemp("demo") / "state"
    return run_demo(state), state / "lake"


def parquet_files(lake):
    files = sorted(lake.rglob("*.parquet"))
    assert len(files) > 10
    return files


def test_pyarrow_duckdb_and_polars_read_every_file_alike(demo):
    _, lake = demo
    for file in parquet_files(lake):
        table = pyarrow.parquet.ParquetFile(file).read()
        rows = duckdb.sql(f"SELECT * FROM read_parquet('{file}', hive_partitioning = false)").fetchall()
        frame = polars.read_parquet(file, hive_partitioning=False)
        assert table.num_rows == len(rows) == frame.height, file
        assert table.column_names == frame.columns
        assert frame.to_arrow().cast(table.schema).equals(table), file


def test_every_layer_adds_up_in_duckdb(demo):
    report, lake = demo

    def count(pattern):
        return duckdb.sql(f"SELECT count(*) FROM read_parquet('{lake}/{pattern}')").fetchall()[0][0]

    layers = report["layers"]
    assert count("raw/*/*/*.parquet") == layers["bronze"] == sum(slot["bronze_rows"] for slot in report["slots"])
    assert count("silver/streams/*/*/*.parquet") == layers["silver"]
    assert count("silver/quarentena/*/*/*.parquet") == layers["quarantine"]
    assert layers["bronze"] == layers["silver"] + layers["duplicates"] + layers["quarantine"]
    hours = duckdb.sql(
        f"SELECT sum(espectadores * segundos_intervalo) / 3600.0 FROM read_parquet('{lake}/silver/streams/*/*/*.parquet')"
    ).fetchall()[0][0]
    for table in ("fato_streams", "participacao_idioma", "tendencia_horaria", "faixa_popularidade"):
        total = duckdb.sql(
            f"SELECT sum(total_horas_assistidas) FROM read_parquet('{lake}/gold/{table}/*/*.parquet')").fetchall()[0][0]
        assert total == pytest.approx(hours, rel=1e-9), table


def test_the_planted_trouble_ends_where_it_should(demo):
    report, _ = demo
    assert report["queue"]["dead_letters"] >= 1
    assert report["queue"]["waiting"] == 0
    assert report["queue"]["stored"] == report["layers"]["silver"]
    assert report["violations"] == []


def test_the_emulator_goes_on_where_the_demo_ended(demo):
    """The state folder holds the functions, too: one of them runs again, by the command."""
    report, lake = demo
    emulator = Emulator(lake.parent)
    try:
        date = max(row["date"] for row in report["top_games"])
        answers = [
            invoke(emulator, "goldJob", "--payload", json.dumps({"local_dates": [date]})),
            invoke(emulator, "goldJob", "--event", ROOT / "events" / "goldJob-local-dates.json"),
        ]
        assert answers[0]["tables"] == report["layers"]["gold"]
        assert sum(answers[1]["tables"].values()) == 0, "the event's date is before the demo's"
        failed = subprocess.run(
            [str(BUILD / "rivulet-local"), "invoke", "goldJob", "--endpoint", emulator.endpoint, "--payload", "[1]"],
            capture_output=True, text=True, timeout=60)
        assert failed.returncode == 1
        assert "errorType" in failed.stdout
        assert "REPORT RequestId" in failed.stderr
    finally:
        emulator.stop()


def invoke(emulator, function, *arguments):
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), "invoke", function, "--endpoint", emulator.endpoint, *map(str, arguments)],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


def test_a_second_demo_is_a_fresh_world(tmp_path):
    first = run_demo(tmp_path / "state", "--seed", 5)
    second = run_demo(tmp_path / "state", "--seed", 5)
    assert second["layers"] == first["layers"]
    assert second["top_games"] == first["top_games"]


def test_the_demo_leaves_a_strangers_folder_alone(tmp_path):
    (tmp_path / "precious").write_text("mine")
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), "demo", "--state", str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "left alone" in done.stderr
    assert (tmp_path / "precious").read_text() == "mine"


def recorded_pages(folder):
    """The bodies of `GET /streams` among the recorded answers, a file each."""
    count = 0
    for archive in sorted((TWITCH_DATA / "helix-fixtures").glob("*-bodies.jsonl.gz")):
        for line in gzip.open(archive, "rt"):
            body = json.loads(line)["body"]
            if isinstance(body, str):
                body = json.loads(body)
            items = body.get("data") if isinstance(body, dict) else None
            if isinstance(items, list) and items and "viewer_count" in items[0]:
                (folder / f"page-{count:03}.json").write_text(json.dumps(body))
                count += 1
    return count


@pytest.mark.skipif(not TWITCH_DATA.exists(), reason="no recorded Twitch data beside this checkout (RIVULET_TWITCH_DATA)")
def test_recorded_answers_run_through_the_whole_path(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    assert recorded_pages(pages) >= 2
    streams = [item for page in sorted(pages.glob("*.json")) for item in json.loads(page.read_text())["data"]]
    report = run_demo(tmp_path / "state", "--from", pages)
    assert report["violations"] == []
    assert [slot["bronze_rows"] for slot in report["slots"]] == [len(streams)] * 3
    lake = tmp_path / "state" / "lake"
    bronze = duckdb.sql(f"SELECT DISTINCT id, title, viewer_count FROM read_parquet('{lake}/raw/*/*/*.parquet')").fetchall()
    assert sorted(bronze) == sorted({(item["id"], item["title"], item["viewer_count"]) for item in streams})
    assert report["layers"]["silver"] > 0
    assert sum(report["quarantine_reasons"].values()) == report["layers"]["quarantine"]
