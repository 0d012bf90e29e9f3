"""Neither the client secret nor a token is found in any log, state file or package."""

import json
import os
import subprocess
import zipfile

from emulator import BUILD
from twitch.conftest import CLIENT, SECRET


def files_with(word, folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if word.encode() in path.read_bytes()]


def test_a_demo_on_twitch_itself_leaves_neither(proxy, tmp_path):
    state = tmp_path / "state"
    own = {name: value for name, value in os.environ.items() if not name.startswith("TWITCH_")}
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), "demo", "--json", "--state", str(state)], capture_output=True, text=True,
        timeout=120, env={**own, **proxy.variables, "TWITCH_CLIENT_ID": CLIENT, "TWITCH_CLIENT_SECRET": SECRET})
    assert done.returncode == 0, done.stderr + done.stdout
    report = json.loads(done.stdout)
    assert report["layers"]["bronze"] > 0
    assert proxy.tokens
    assert files_with(report["slots"][0]["run_id"], state), "the search finds what is there"
    for secret in [SECRET, *proxy.tokens]:
        assert secret not in done.stdout + done.stderr
        assert files_with(secret, state) == []


def test_a_secret_in_the_parameter_store_lies_sealed(proxy, stack, tmp_path):
    answer = stack.client("lambda").invoke(FunctionName="extract", Payload=b"{}", LogType="Tail")
    said = json.load(answer["Payload"])
    assert said.get("rows", 0) > 0, said
    parameter = stack.client("ssm").get_parameter(Name="/twitch/secret", WithDecryption=True)
    assert parameter["Parameter"]["Value"] == SECRET
    events = stack.client("logs").filter_log_events(logGroupName="/aws/lambda/extract")["events"]
    assert events
    for secret in [SECRET, *proxy.tokens]:
        assert not any(secret in event["message"] for event in events)
    # The token lies in the table that all instances share, and nowhere else.
    rows = stack.client("dynamodb").scan(TableName="tokens")["Items"]
    assert [row["access_token"]["S"] for row in rows] == proxy.tokens
    log = stack.log.read_text()
    stack.kill()
    assert SECRET not in log
    assert files_with("/twitch/secret", tmp_path / "state"), "the search finds what is there"
    assert files_with(SECRET, tmp_path / "state") == []


def test_a_package_holds_nothing_of_who_made_it(tmp_path):
    """Where the build is none for Amazon Linux, no package is written: then its one executable is looked at."""
    output = tmp_path / "bootstrap.zip"
    done = subprocess.run(
        [str(BUILD / "rivulet-deploy"), "package", "--keep-symbols", "--executable", str(BUILD / "bootstrap"), "--output",
         str(output)],
        capture_output=True, text=True, timeout=120, env={
            **os.environ, "TWITCH_CLIENT_ID": CLIENT, "TWITCH_CLIENT_SECRET": SECRET, "TF_VAR_twitch_client_secret": SECRET})
    assert "sha256" in done.stdout
    contents = [(BUILD / "bootstrap").read_bytes(), done.stdout.encode(), done.stderr.encode()]
    if output.exists():
        with zipfile.ZipFile(output) as archive:
            contents += [archive.read(name) for name in archive.namelist()]
    for secret in (CLIENT, SECRET):
        assert not any(secret.encode() in content for content in contents)
