"""An emulator as a child process, and what tests of one need."""

import os
import pathlib
import signal
import subprocess
import time
import uuid

import boto3
import botocore.config

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RIVULET_BUILD", ROOT / ".build" / "debug"))
ACCOUNT = "000000000000"


class Emulator:
    """`rivulet-local` as a child process on a folder of its own."""

    def __init__(self, state, verb="up", arguments=(), environment=None, started_by=()):
        """`started_by` is a command that runs its arguments in its own place, such as `nice`."""
        self.state = pathlib.Path(state)
        self.ready = self.state.parent / f"ready-{uuid.uuid4().hex}"
        self.log = self.state.parent / f"log-{uuid.uuid4().hex}"
        command = [BUILD / "rivulet-local", verb, "--port", "0", "--state", state, "--ready-file", self.ready]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [str(part) for part in [*started_by, *command, *arguments]], stdout=log, stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})})
        deadline = time.monotonic() + 60
        while not self.ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the emulator did not start: {self.log.read_text()}")
            time.sleep(0.01)
        self.endpoint = self.ready.read_text().strip()

    def client(self, service, account="test", **options):
        config = botocore.config.Config(retries={"total_max_attempts": 1}, **options)
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id=account,
            aws_secret_access_key="test", config=config)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=30)


#: AWS takes its time: a mapping is enabled within a minute, and log lines come later still.
PATIENCE = 12 if os.environ.get("RIVULET_CONTRACT_ENDPOINT") == "aws" else 1


def eventually(check, what, seconds=20):
    """Waits until `check()` is true; the emulator works by itself meanwhile."""
    seconds *= PATIENCE
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = check()
        if answer:
            return answer
        time.sleep(0.02 * PATIENCE)
    raise AssertionError(f"did not happen within {seconds} s: {what}")


def make_realtime_table(client, name):
    """The table that sqsToStore writes to."""
    client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "nome_streamer", "KeyType": "HASH"}, {"AttributeName": "timestamp", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "nome_streamer", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": "S"}])
