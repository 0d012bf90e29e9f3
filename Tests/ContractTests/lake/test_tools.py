"""inspect, check and compact beside pyarrow and DuckDB."""
import datetime
import decimal
import json
import random
import re
import signal
import subprocess
import time

import duckdb
import generate
import pyarrow
import pyarrow.parquet
import pytest


def inspect(lake, path):
    return json.loads(lake.run("inspect", path, "--json").stdout)


def check(lake, *options, code=0):
    done = lake.run("check", lake.folder, "--json", *options, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def codes(report, severity="error"):
    return {finding["code"] for finding in report["findings"] if finding["severity"] == severity}


def typed_table():
    utc, day = datetime.timezone.utc, datetime.date(2026, 5, 1)
    return pyarrow.table({
        "i8": pyarrow.array([-1, None, 7], pyarrow.int8()),
        "u32": pyarrow.array([1, 4_000_000_000, None], pyarrow.uint32()),
        "i64": pyarrow.array([-(2**63), 0, 2**63 - 1]),
        "f": pyarrow.array([1.5, -2.0, None], pyarrow.float32()),
        "d": [0.25, -1.0, 1e300],
        "s": ["b", "a", None],
        "b": pyarrow.array([b"\x00\xff", b"z", None], pyarrow.binary()),
        "t": pyarrow.array([True, False, None]),
        "day": [day, None, day + datetime.timedelta(9)],
        "ms": pyarrow.array([datetime.datetime(2026, 5, 1, 12, tzinfo=utc), None, None], pyarrow.timestamp("ms", "UTC")),
        "us": pyarrow.array([datetime.datetime(2026, 5, 1, 12, 0, 0, 7)] * 3, pyarrow.timestamp("us")),
        "money": pyarrow.array([decimal.Decimal("-12.30"), decimal.Decimal("0.05"), None], pyarrow.decimal128(9, 2)),
        "words": pyarrow.array([["x", None], [], None], pyarrow.list_(pyarrow.string())),
        "deep": pyarrow.array([{"a": 1}, None, {"a": 3}]),
    })


PYARROW = {
    "plain": {},
    "zstd, version 2 pages": {"compression": "zstd", "data_page_version": "2.0"},
    "no dictionary, many pages": {"use_dictionary": False, "data_page_size": 8, "write_batch_size": 1},
    "row groups of one": {"row_group_size": 1, "write_page_checksum": True},
    "brotli": {"compression": "brotli"},
    "no statistics": {"write_statistics": False},
}


def agrees_with_pyarrow(found, path):
    metadata = pyarrow.parquet.ParquetFile(path).metadata
    assert found["rows"] == metadata.num_rows
    assert found["created_by"] == metadata.created_by
    assert found["footer_bytes"] == metadata.serialized_size
    assert len(found["row_groups"]) == metadata.num_row_groups
    assert {pair["key"]: pair.get("value") for pair in found["key_values"]} == {
        key.decode(): value.decode() for key, value in (metadata.metadata or {}).items()}
    for index, group in enumerate(found["row_groups"]):
        theirs = metadata.row_group(index)
        assert group["rows"] == theirs.num_rows
        assert group["uncompressed_bytes"] == theirs.total_byte_size
        for place, column in enumerate(group["columns"]):
            chunk = theirs.column(place)
            assert column["path"] == chunk.path_in_schema
            assert column["physical"] == chunk.physical_type
            assert column["codec"] == chunk.compression
            assert set(column["encodings"]) == set(chunk.encodings)
            assert column["values"] == chunk.num_values
            assert column["compressed_bytes"] == chunk.total_compressed_size
            assert column["uncompressed_bytes"] == chunk.total_uncompressed_size
            assert ("dictionary" in column) == chunk.has_dictionary_page
            statistics = column.get("statistics", {})
            if chunk.statistics is None:
                assert "null_count" not in statistics
                continue
            assert statistics.get("null_count") == (
                chunk.statistics.null_count if chunk.statistics.has_null_count else None)
            # For pyarrow one bound alone is none.
            assert ("min" in statistics and "max" in statistics) == chunk.statistics.has_min_max
            if chunk.statistics.has_min_max and column["physical"] in ("INT32", "INT64", "BYTE_ARRAY", "BOOLEAN"):
                assert short(statistics["min"]) == short(text(chunk.statistics.min)), column
                assert short(statistics["max"]) == short(text(chunk.statistics.max)), column


def text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f") + ("Z" if value.tzinfo else "")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def short(value):
    """Without the zeros at a fraction's end, of which the unit decides how many are written."""
    return re.sub(r"(T\d\d:\d\d:\d\d)\.(\d*?)0*(Z?)$", r"\1.\2\3", value)


@pytest.mark.parametrize("name", PYARROW)
def test_inspect_agrees_with_pyarrow_on_its_files(lake, tmp_path, name):
    path = tmp_path / "file.parquet"
    pyarrow.parquet.write_table(typed_table(), path, **PYARROW[name])
    found = inspect(lake, path)
    agrees_with_pyarrow(found, path)
    assert [node["name"] for node in found["schema"] if node["depth"] == 1] == typed_table().column_names
    assert any("column deep" in line for line in found["unsupported"])
    assert any("money" in line for line in found["unsupported"])
    assert any("BROTLI" in line for line in found["unsupported"]) == (name == "brotli")
    assert found["row_groups"][0]["columns"][0]["checksums"] == ("all" if "ones" in name or "one" in name else "none")


def test_inspect_agrees_with_pyarrow_on_our_files(lake):
    generate.write(lake.raw, rows=1500, seed=41, days=1)
    lake.make()
    for layer in (lake.silver, lake.gold):
        for path in sorted(layer.glob("**/*.parquet")):
            found = inspect(lake, path)
            agrees_with_pyarrow(found, path)
            assert found["unsupported"] == []


@pytest.mark.parametrize("options", ["COMPRESSION snappy", "COMPRESSION zstd, PARQUET_VERSION v2", "ROW_GROUP_SIZE 2048"])
def test_inspect_agrees_with_duckdb(lake, tmp_path, options):
    path = tmp_path / "file.parquet"
    duckdb.sql(f"""COPY (SELECT i, i * 0.5 AS half, 'text ' || i % 7 AS words, [i % 3 || ''] AS list, i % 5 = 0 AS flag,
               DATE '2026-01-01' + (i % 40)::INTEGER AS day FROM range(5000) r(i)) TO '{path}' (FORMAT parquet, {options})""")
    found = inspect(lake, path)
    chunks = duckdb.sql(f"""SELECT row_group_id, path_in_schema, type, compression, encodings, num_values,
        total_compressed_size, total_uncompressed_size, stats_min_value, stats_max_value, stats_null_count,
        row_group_num_rows, dictionary_page_offset FROM parquet_metadata('{path}') ORDER BY row_group_id, column_id""").fetchall()
    ours = [(index, group, column) for index, group in enumerate(found["row_groups"]) for column in group["columns"]]
    assert len(ours) == len(chunks)
    for (index, group, column), theirs in zip(ours, chunks):
        statistics = column.get("statistics", {})
        assert (index, column["path"], column["physical"], column["codec"]) == (
            theirs[0], theirs[1].replace(", ", "."), theirs[2], theirs[3])
        assert set(column["encodings"]) == set(theirs[4].split(", "))
        assert (column["values"], column["compressed_bytes"], column["uncompressed_bytes"]) == theirs[5:8]
        assert statistics.get("null_count") == theirs[10]
        assert group["rows"] == theirs[11]
        if column["physical"] in ("INT32", "INT64", "BYTE_ARRAY", "BOOLEAN"):
            assert (statistics.get("min"), statistics.get("max")) == theirs[8:10], column["path"]
    ((created_by,),) = duckdb.sql(f"SELECT created_by FROM parquet_file_metadata('{path}')").fetchall()
    assert found["created_by"] == created_by


def test_inspect_refuses_what_is_damaged(lake, tmp_path):
    path = tmp_path / "file.parquet"
    pyarrow.parquet.write_table(typed_table(), path)
    path.write_bytes(path.read_bytes()[:-30])
    done = lake.run("inspect", path, check=False)
    assert done.returncode == 1
    assert "no PAR1" in done.stderr
    done = lake.run("inspect", __file__, check=False)
    assert done.returncode == 1
    assert "not a Parquet file" in done.stderr


def test_inspect_fits_100_columns(lake, tmp_path):
    path = tmp_path / "file.parquet"
    pyarrow.parquet.write_table(typed_table(), path)
    generate.write(lake.raw, rows=300, seed=45, days=1)
    for file in [path, *lake.raw.glob("**/*.parquet")]:
        lines = lake.run("inspect", file).stdout.splitlines()
        assert max(len(line) for line in lines[1:]) <= 100, file


def good(lake, rows=2500, seed=42, **options):
    generate.write(lake.raw, rows=rows, seed=seed, days=1, **options)
    lake.make()
    report = check(lake)
    assert codes(report) == set()
    return report


def first(folder, pattern="**/*.parquet"):
    return sorted(folder.glob(pattern))[0]


def rewrite(path, change=lambda table: table, **options):
    table = pyarrow.parquet.ParquetFile(path).read()
    pyarrow.parquet.write_table(change(table), path, **options)


def set_value(table, column, row, value):
    place = table.schema.get_field_index(column)
    values = table.column(column).to_pylist()
    values[row] = value
    return table.set_column(place, table.schema.field(place), pyarrow.array(values, table.schema.field(place).type))


BROKEN = {
    "codec": (lambda lake: rewrite(first(lake.silver / "streams"), compression="gzip"), "codec"),
    "a dropped column": (
        lambda lake: rewrite(first(lake.silver / "streams"), lambda t: t.drop_columns(["titulo"])), "column_missing"),
    "an extra column": (
        lambda lake: rewrite(first(lake.gold / "top_jogos"), lambda t: t.append_column("x", [[1] * len(t)])),
        "column_extra"),
    "nanoseconds": (
        lambda lake: rewrite(first(lake.silver / "execucoes"), lambda t: t.cast(pyarrow.schema(
            [f.with_type(pyarrow.timestamp("ns", "UTC")) if f.name == "coletado_em" else f for f in t.schema]))),
        "column_type"),
    "a changed sum": (
        lambda lake: rewrite(first(lake.gold / "fato_streams"), lambda t: set_value(t, "total_coletas", 0, 9999)),
        "gold_snapshots"),
    "a changed value": (
        lambda lake: rewrite(first(lake.silver / "streams"), lambda t: set_value(t, "faixa_espectadores", 0, "huge")),
        "silver_value"),
    "a doubled row": (
        lambda lake: rewrite(first(lake.silver / "quarentena"), lambda t: pyarrow.concat_tables([t, t.slice(0, 1)])),
        "duplicate_key"),
    "a lost file": (lambda lake: first(lake.silver / "execucoes").unlink(), "run_missing"),
    "a cut file": (
        lambda lake: (lambda p: p.write_bytes(p.read_bytes()[:-9]))(first(lake.gold / "top_streamers")), "unreadable"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_check_finds_what_pyarrow_broke(lake, name):
    good(lake)
    change, code = BROKEN[name]
    change(lake)
    report = check(lake, code=1)
    assert code in codes(report)
    assert report["is_good"] is False
    assert all(finding["place"]["layer"] for finding in report["findings"])
    assert code in lake.run("check", lake.folder, check=False).stdout


WARNINGS = {
    "version 2 pages": ({"data_page_version": "2.0"}, "page_version"),
    "no statistics": ({"write_statistics": False}, "statistics_missing"),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_check_warns_where_every_reader_still_reads(lake, name):
    good(lake)
    options, code = WARNINGS[name]
    rewrite(first(lake.gold / "participacao_idioma"), **options)
    report = check(lake)
    assert code in codes(report, "warning")
    assert codes(report) == set()


def test_check_names_a_gap(lake):
    good(lake)
    run = sorted(lake.raw.glob("dt=*/hour=07/*.parquet"))
    for path in run:
        path.unlink()
    for table in ("streams", "quarentena", "execucoes"):
        for path in lake.silver.glob(f"{table}/dt=*/hour=07/*.parquet"):
            path.unlink()
    lake.run("gold", "--silver", lake.silver, "--gold", lake.gold)
    report = check(lake, code=1)
    assert codes(report) == {"arrival_gap"}
    (gap,) = [finding for finding in report["findings"] if finding["code"] == "arrival_gap"]
    assert gap["place"]["partition"].endswith("hour=07")
    assert report["slots"]["missing"] == 2
    assert check(lake, "--allow-gaps")["is_good"] is True


def rows(lake, table):
    """What DuckDB sees of a table, whatever lies where."""
    found = duckdb.sql(
        f"SELECT * FROM read_parquet('{lake.folder}/{table}/**/*.parquet', hive_partitioning = true) ORDER BY ALL")
    return found.fetchall()


def scatter(lake, seed):
    """Deals each partition's rows out to files of pyarrow and DuckDB."""
    rand = random.Random(seed)
    for path in sorted([*lake.silver.glob("**/*.parquet"), *lake.gold.glob("**/*.parquet")]):
        table = pyarrow.parquet.ParquetFile(path).read()
        order = list(range(len(table)))
        rand.shuffle(order)
        cuts = sorted(rand.randrange(len(order) + 1) for _ in range(rand.randrange(1, 4)))
        path.unlink()
        for number, (low, high) in enumerate(zip([0, *cuts], [*cuts, len(order)])):
            part = table.take(pyarrow.array(order[low:high], pyarrow.int64()))
            pyarrow.parquet.write_table(
                part, path.with_name(f"{rand.randrange(1000):03}-{number}.parquet"),
                compression=rand.choice(["snappy", "zstd", "gzip", "none"]), row_group_size=rand.randrange(1, 200),
                use_dictionary=rand.random() < 0.5)


TABLES = ["silver/streams", "silver/quarentena", "silver/execucoes", "gold/fato_streams", "gold/top_jogos",
          "gold/top_streamers", "gold/participacao_idioma", "gold/tendencia_horaria", "gold/faixa_popularidade"]


def test_a_compacted_lake_reads_equal_in_duckdb(lake):
    good(lake)
    before = {table: rows(lake, table) for table in TABLES}
    lake.run("compact", lake.folder)
    first_bytes = {path: path.read_bytes() for path in lake.folder.glob("*/*/**/*.parquet")}
    scatter(lake, seed=1)
    report = json.loads(lake.run("compact", lake.folder, "--json").stdout)
    assert {partition["outcome"] for partition in report["partitions"]} <= {"merged", "sorted", "unchanged"}
    assert {table: rows(lake, table) for table in TABLES} == before
    assert {path: path.read_bytes() for path in lake.folder.glob("*/*/**/*.parquet")} == first_bytes
    assert codes(check(lake)) == set()


def test_kill_9_in_the_middle_loses_and_doubles_nothing(lake):
    good(lake, rows=3000, seed=44)
    expected = {table: rows(lake, table) for table in TABLES}
    rand = random.Random(9)
    for round in range(6):
        scatter(lake, seed=round)
        process = subprocess.Popen([*lake.command(), "compact", str(lake.folder)], stdout=subprocess.DEVNULL)
        time.sleep(rand.uniform(0.02, 0.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert {table: rows(lake, table) for table in TABLES} == expected
        lake.run("compact", lake.folder)
        assert {table: rows(lake, table) for table in TABLES} == expected
        assert [path for path in lake.folder.glob("**/.*")] == []
