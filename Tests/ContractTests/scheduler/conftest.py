"""Schedules on an emulator whose clock stands still until a test moves it."""

import datetime

import pytest

from control.conftest import call
from emulator import ACCOUNT, Emulator

ROLE = f"arn:aws:iam::{ACCOUNT}:role/scheduler"
OFF = {"Mode": "OFF"}
#: Where the clock of the day begins.
START = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)


def target(arn, **further):
    return {"Arn": arn, "RoleArn": ROLE, **further}


def queue_arn(name):
    return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


def drain(emulator, name):
    """Every message of a queue, in the order in which they were sent."""
    sqs = emulator.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found = []
    while batch := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"],
            AttributeNames=["SentTimestamp"]).get("Messages"):
        found += batch
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return sorted(found, key=lambda message: int(message["Attributes"]["SentTimestamp"]))


class Day:
    """An emulator whose clock stands at START; `restart` ends it, kindly or not, and begins it again."""

    def __init__(self, state):
        self.state = state
        self.emulator = Emulator(state)
        self.freeze(START)

    def restart(self, kill=False):
        self.emulator.kill() if kill else self.emulator.stop()
        self.emulator = Emulator(self.state)
        # A restarted clock runs on from where it stood; the few milliseconds of it are given back to the day.
        self.freeze(self.now)

    def freeze(self, instant):
        self.now = instant
        call(self.emulator, "clock/freeze", {"at": instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")})

    def advance(self, **length):
        self.now += datetime.timedelta(**length)
        return call(self.emulator, "clock/advance", {"to": self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")})


@pytest.fixture
def day(tmp_path):
    """A day with a queue."""
    day = Day(tmp_path / "state")
    day.emulator.client("sqs").create_queue(QueueName="ticks")
    yield day
    day.emulator.stop()
