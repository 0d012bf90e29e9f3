"""An emulator whose clock is moved, and the command that moves it."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

import target as targets
from emulator import ACCOUNT, BUILD, Emulator
from sqs.consumers import Consumers

#: Where the clock of these tests begins.
START = "2026-03-01T18:00:00.000Z"
START_MS = 1_772_388_000_000


@pytest.fixture
def still(tmp_path):
    """An emulator of the test's own; its clock stands at START."""
    if targets.CHOSEN:
        pytest.skip("moves a clock: a verb of rivulet-local, which needs an emulator of its own")
    emulator = Emulator(tmp_path / "state")
    call(emulator, "clock/freeze", {"at": START})
    yield emulator
    emulator.stop()


@pytest.fixture
def verb(still):
    """Runs a verb of the command on that emulator; gives its answer."""

    def run(*arguments, status=0, state=still.state):
        done = subprocess.run(
            [str(BUILD / "rivulet-local"), *map(str, arguments), "--state", str(state)], capture_output=True, text=True,
            timeout=60)
        assert done.returncode == status, done.stderr
        if status:
            return done.stderr
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    return run


@pytest.fixture
def function(still):
    """Makes functions that consume queues of that emulator."""
    return Consumers(
        still.client("lambda"), still.client("logs"), f"arn:aws:iam::{ACCOUNT}:role/rivulet", "consumer").make


def control(emulator):
    return json.loads((emulator.state / "control.json").read_text())


def call(emulator, path, body=None, token=None, **headers):
    """Calls a control route: a POST when there is a body."""
    request = urllib.request.Request(
        f"{emulator.endpoint}/_rivulet/{path}", data=None if body is None else json.dumps(body).encode(),
        headers={
            "X-Rivulet-Token": control(emulator)["token"] if token is None else token,
            "Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def refused(emulator, path, *arguments, **headers):
    """Status and error code of a call that a control route refuses."""
    with pytest.raises(urllib.error.HTTPError) as raised:
        call(emulator, path, *arguments, **headers)
    return raised.value.code, json.load(raised.value)["error"]


def make_function(emulator, folder, body, client=None):
    """A function in Python on AWS's own runtime client, run where its code lies."""
    folder.mkdir()
    (folder / "app.py").write_text(body)
    (folder / "bootstrap").write_text(f'#!/bin/sh\nexec {sys.executable} -m awslambdaric "app.$_HANDLER"\n')
    (folder / "bootstrap").chmod(0o755)
    (client or emulator.client("lambda")).create_function(
        FunctionName="f", Runtime="provided.al2023", Handler="handle", Timeout=30,
        Role=f"arn:aws:iam::{ACCOUNT}:role/rivulet", Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(folder)})
