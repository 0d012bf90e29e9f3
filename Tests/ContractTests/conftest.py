"""What every contract test stands on: something that answers as AWS does, and real clients that know only its address."""

import json
import os
import pathlib
import subprocess
import sys
import uuid

import pytest

import conformance
import target as targets
from emulator import make_realtime_table


def pytest_configure(config):
    config.addinivalue_line("markers", "rule(text, page): the rule of AWS that a test holds, and the page that states it")
    config.pluginmanager.register(conformance.Recorder(), "conformance")


@pytest.fixture(scope="session")
def target(tmp_path_factory):
    target = targets.chosen(tmp_path_factory.mktemp("emulator"))
    yield target
    target.stop()


@pytest.fixture(scope="session")
def emulator(target):
    """The emulator as a process with files, for tests that look at these."""
    if not target.emulator:
        pytest.skip("looks at an emulator's process and files; RIVULET_CONTRACT_ENDPOINT names an endpoint only")
    return target.emulator


@pytest.fixture(scope="session")
def endpoint(target):
    if not target.endpoint:
        pytest.skip("AWS has no single endpoint")
    return target.endpoint


@pytest.fixture(scope="session")
def account(target):
    return target.account


@pytest.fixture(scope="session")
def client(target):
    return target.client


@pytest.fixture(scope="session")
def aws(endpoint):
    """Runs the `aws` command against the endpoint and gives its JSON answer.

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
        command = [str(aws), "--endpoint-url", endpoint, *map(str, arguments)]
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


@pytest.fixture
def realtime_table(client, unique):
    """The table that sqsToStore writes to."""
    make_realtime_table(client, unique)
    return unique
