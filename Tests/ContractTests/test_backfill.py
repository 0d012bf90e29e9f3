"""Backfills by the real functions under the emulator, over the demo's lake."""

import json
import subprocess

import pytest

from emulator import BUILD, Emulator
from test_demo import run_demo


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The demo's report, its lake, and an emulator that goes on with both."""
    state = tmp_path_factory.mktemp("backfill") / "state"
    report = run_demo(state)
    emulator = Emulator(state)
    yield report, state / "lake", emulator
    emulator.stop()


def invoke(emulator, function, event):
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), "invoke", function, "--endpoint", emulator.endpoint, "--payload",
         json.dumps(event)], capture_output=True, text=True, timeout=60)
    return done.returncode, json.loads(done.stdout)


def objects(client):
    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket(client))
    return {item["Key"]: item["ETag"] for page in pages for item in page.get("Contents", [])}


def bucket(client):
    return client("s3").list_buckets()["Buckets"][0]["Name"]


def test_a_backfill_makes_the_same_lake_anew(made):
    report, _, emulator = made
    before = objects(emulator.client)
    hours = sorted({key.split("/")[1].removeprefix("dt=") for key in before if key.startswith("raw/")})
    lost = [key for key in before if key.startswith(("silver/", "gold/"))]
    for key in lost:
        emulator.client("s3").delete_object(Bucket=bucket(emulator.client), Key=key)
    code, silver = invoke(emulator, "silverJob", {"backfill": {"from": hours[0], "to": hours[-1]}})
    assert code == 0 and "resume" not in silver, silver
    layers = report["layers"]
    assert silver["linhas_lidas"] == layers["bronze"]
    assert silver["linhas_validas"] == layers["silver"]
    assert silver["linhas_quarentena"] == layers["quarantine"]
    assert silver["motivos"] == report["quarantine_reasons"]
    code, gold = invoke(emulator, "goldJob", {"backfill": silver["gold_backfill"]})
    assert code == 0 and "resume" not in gold, gold
    assert gold["tables"] == layers["gold"]
    assert objects(emulator.client) == before


def test_a_range_that_cannot_be_walked_is_refused(made):
    code, answer = invoke(made[2], "goldJob", {"backfill": {"from": "2026-03-02", "to": "2026-03-01"}})
    assert code == 1
    assert "from is not after its to" in answer["errorMessage"]
