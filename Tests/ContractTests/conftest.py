"""What every contract test stands on: an emulator of its own, and real clients that know only its address."""

import json
import os
import pathlib
import subprocess
import sys
import uuid

import pytest

from emulator import Emulator


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    emulator = Emulator(tmp_path_factory.mktemp("emulator") / "state")
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def endpoint(emulator):
    return emulator.endpoint


@pytest.fixture(scope="session")
def client(emulator):
    return emulator.client


@pytest.fixture(scope="session")
def aws(emulator):
    """Runs the `aws` command against the emulator and gives its JSON answer.

    The endpoint is an argument, not AWS_ENDPOINT_URL: version 1 of the command sends SQS calls to queue.amazonaws.com
    whatever that variable says.
    """

    def run(*arguments):
        environment = {
            **os.environ, "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "",
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        aws = pathlib.Path(sys.executable).parent / "aws"
        command = [str(aws), "--endpoint-url", emulator.endpoint, *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return done.stdout

    return run


@pytest.fixture
def unique():
    """A name that no other test uses."""
    return f"t-{uuid.uuid4().hex[:12]}"
