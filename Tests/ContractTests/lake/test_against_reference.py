"""Silver and gold of dirty bronze, row by row, against the reference of this folder."""
import datetime

import dirty
import generate
import lakefiles
import pytest
import reference

KEYS = {"streams": ["id_stream", "slot_coleta"], "quarentena": ["run_id", "row_no"], "execucoes": ["run_id"]}
GOLD_KEYS = {"posicao", "id_streamer", "id_categoria", "nome_categoria", "tipo_conteudo", "periodo_dia", "idioma",
             "hora_local", "faixa_espectadores"}


def differences(lake, settings):
    """Every partition and table in which the lake and the reference part."""
    found, streams = [], []
    silver = {table: lakefiles.partitions(lake.silver / table) for table in KEYS}
    bronze = lakefiles.partitions(lake.raw)
    for partition, rows in bronze.items():
        expected = dict(zip(KEYS, reference.silver(rows, settings)))
        streams += expected["streams"]
        for table, keys in KEYS.items():
            difference = lakefiles.difference(expected[table], silver[table].get(partition, []), keys)
            found += [(table, partition, difference)] if difference else []
    found += [(table, extra, "unexpected") for table in KEYS for extra in set(silver[table]) - set(bronze)]
    days = reference.group(streams, "data_local")
    for table, columns in reference.COLUMNS.items():
        gold = lakefiles.partitions(lake.gold / table)
        found += [] if len(gold) == len(days) else [(table, "dates", f"{len(gold)}, not {len(days)}")]
        for (day,), rows in days.items():
            date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
            keys = [name for name in columns.split() if name in GOLD_KEYS]
            difference = lakefiles.difference(
                reference.gold(rows, settings)[table], gold.get(f"data_local={date}", []), keys)
            found += [(table, str(date), difference)] if difference else []
    return found


@pytest.mark.parametrize("seed", range(4))
def test_dirty_bronze(lake, seed):
    rows = generate.write(lake.raw, rows=4000, seed=seed, days=2, runs_per_slot=1 + seed % 3)
    silver, gold = lake.make()
    assert silver["rows_read"] == rows
    assert silver["streams"] + silver["duplicates"] + silver["quarantine"] == rows
    assert gold["silver_rows"] == silver["streams"]
    assert differences(lake, reference.Settings()) == []


@pytest.mark.parametrize("seed", range(4))
def test_bronze_in_which_every_field_is_odd(lake, seed):
    rows = dirty.write(lake.raw, rows=6000, seed=seed)
    silver, _ = lake.make()
    assert silver["rows_read"] == rows
    assert set(silver["motivos"]) >= {"invalid_id", "not_live", "started_in_future", "below_min_viewers"}
    assert differences(lake, reference.Settings()) == []


@pytest.mark.parametrize("settings", [
    reference.Settings(min_viewers=0, popular_threshold=0, top_n=1),
    reference.Settings(utc_offset_minutes=330, snapshot_seconds=900, top_n=1000),
    reference.Settings(utc_offset_minutes=-570, snapshot_seconds=60, future_tolerance_seconds=0, min_viewers=100),
    reference.Settings(utc_offset_minutes=845, snapshot_seconds=3600),
], ids=["zero", "india", "marquesas", "chatham"])
def test_other_settings(lake, settings):
    generate.write(lake.raw, rows=3000, seed=11, days=2, runs_per_slot=2)
    lake.make(settings)
    assert differences(lake, settings) == []


def test_twice_on_one_core_and_with_files_in_another_order(lake):
    generate.write(lake.raw, rows=2000, seed=5, days=1, runs_per_slot=3)
    lake.make()

    def contents():
        return {path: path.read_bytes() for path in sorted(lake.folder.glob("*/**/part-*.parquet"))}

    first = contents()
    lake.make(None, "--jobs", "1")
    assert contents() == first
    for number, path in enumerate(sorted(lake.raw.glob("**/*.parquet"), reverse=True)):
        path.rename(path.with_name(f"streams_{number:05}.parquet"))
    lake.make()
    assert differences(lake, reference.Settings()) == []


def test_a_partition_that_fails_is_left_as_it_was(lake):
    generate.write(lake.raw, rows=500, seed=6, days=1)
    lake.make()
    good = sorted(lake.raw.glob("**/*.parquet"))
    before = {path: path.read_bytes() for path in lake.silver.glob("**/*.parquet")}
    good[0].write_bytes(good[0].read_bytes()[:-300])
    done = lake.run("silver", "--bronze", lake.raw, "--silver", lake.silver, check=False)
    assert done.returncode == 1
    assert str(good[0]) in done.stderr
    assert {path: path.read_bytes() for path in lake.silver.glob("**/*.parquet")} == before


def test_rows_that_left_bronze_leave_silver_and_gold(lake):
    generate.write(lake.raw, rows=500, seed=6, days=1)
    lake.make()
    for path in sorted(lake.raw.glob("**/hour=05/*.parquet"))[1:]:
        path.unlink()
    lake.make()
    assert differences(lake, reference.Settings()) == []


def test_a_setting_that_cannot_be_used_is_named(lake):
    done = lake.run("silver", "--bronze", lake.raw, "--silver", lake.silver,
                    settings=reference.Settings(snapshot_seconds=7000), check=False)
    assert done.returncode != 0
    assert "SNAPSHOT_SECONDS" in done.stderr
