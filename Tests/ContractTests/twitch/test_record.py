"""`rivulet-local record`, and its pages through the whole pipeline."""

import json
import os
import subprocess

import duckdb
import pytest

from emulator import BUILD

CLIENT, SECRET = "recording-client-0123456789", "distinctive-recording-secret"


def run(*arguments, **variables):
    """A verb of `rivulet-local` with these variables, and no other of Twitch's."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("TWITCH_", "LANGUAGES", "STREAMS_"))}
    return subprocess.run(
        [str(BUILD / "rivulet-local"), *map(str, arguments)], capture_output=True, text=True, timeout=120,
        env={**own, **variables})


def report_of(done):
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


@pytest.fixture
def server(twitch):
    return twitch("--seed", "7", "--client-id", CLIENT, "--client-secret", SECRET)


def variables(server, **changes):
    return {
        "TWITCH_API_URL": f"{server.endpoint}/helix", "TWITCH_TOKEN_URL": f"{server.endpoint}/oauth2/token",
        "TWITCH_CLIENT_ID": CLIENT, "TWITCH_CLIENT_SECRET": SECRET, "LANGUAGES": "*", "STREAMS_PER_LANGUAGE": "200",
        **changes}


def test_two_pages_are_recorded_and_run_through_the_demo(server, tmp_path):
    pages = tmp_path / "pages"
    report = report_of(run("record", "--json", pages, **variables(server)))
    assert report["walks"] == [{"end": "wanted", "language": "*", "pages": 2, "streams": 200}]
    assert sorted(report["files"]) == sorted(path.name for path in pages.iterdir())
    for path in pages.iterdir():
        assert CLIENT not in path.read_text() and SECRET not in path.read_text()
        assert "Bearer" not in path.read_text()
    streams = [item for path in sorted(pages.glob("streams-*")) for item in json.loads(path.read_text())["data"]]
    assert len(streams) == 200

    demo = report_of(run("demo", "--json", "--state", tmp_path / "state", "--from", pages))
    assert demo["violations"] == []
    assert [slot["bronze_rows"] for slot in demo["slots"]] == [200] * 3
    assert demo["slots"][0]["users_fetched"] == report["users"]
    assert demo["slots"][0]["games_fetched"] == report["games"]
    bronze = duckdb.sql(
        f"SELECT DISTINCT id, title, viewer_count, game_id FROM read_parquet('{tmp_path}/state/lake/raw/*/*/*.parquet')")
    assert sorted(bronze.fetchall()) == sorted(
        {(item["id"], item["title"], item["viewer_count"], item["game_id"]) for item in streams})


def test_what_is_missing_or_refused_is_said(server, tmp_path):
    done = run("record", tmp_path / "pages", **variables(server, TWITCH_CLIENT_SECRET=""))
    assert done.returncode != 0 and "TWITCH_CLIENT_SECRET is not set" in done.stderr
    assert not (tmp_path / "pages").exists()
    done = run("record", tmp_path / "pages", **variables(server, TWITCH_CLIENT_SECRET="wrong"))
    assert done.returncode != 0 and "refused the client credentials with 403" in done.stderr
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious").write_text("mine")
    done = run("record", tmp_path / "mine", **variables(server))
    assert done.returncode != 0 and "left alone" in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["precious"]
