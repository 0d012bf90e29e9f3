"""`kill -9` in the middle of a demo: whatever was answered is there afterwards."""

import random
import time

import pytest
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from emulator import Emulator

ROUNDS = 10


class Witness:
    """A client of its own beside the demo, that remembers what it was answered."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.messages, self.items, self.objects = [], [], {}
        self.sqs, self.dynamodb, self.s3 = (emulator.client(name) for name in ("sqs", "dynamodb", "s3"))
        self.queue = self.sqs.create_queue(QueueName="witness")["QueueUrl"]
        self.dynamodb.create_table(
            TableName="witness", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        self.s3.create_bucket(Bucket="witness")

    def work_until(self, instant):
        number = 0
        while time.monotonic() < instant:
            number += 1
            name = f"{number:06}"
            body = name * random.randint(1, 30_000)
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=name)
            self.messages.append(name)
            self.dynamodb.put_item(TableName="witness", Item={"id": {"S": name}})
            self.items.append(name)
            self.s3.put_object(Bucket="witness", Key=name, Body=body)
            self.objects[name] = body


@pytest.mark.parametrize("round", range(ROUNDS))
def test_nothing_answered_is_lost(tmp_path, round):
    seed = 20260301 + round
    chance = random.Random(seed)
    state = tmp_path / "state"
    demo = Emulator(state, "demo", ["--seed", seed])
    witness = Witness(demo)
    try:
        witness.work_until(time.monotonic() + chance.uniform(0.05, 1.5))
    except (ConnectionError, HTTPClientError):
        pass  # the demo may have come to its end by itself; what it answered must be there all the same
    demo.kill()

    after = Emulator(state)
    try:
        sqs, dynamodb, s3 = (after.client(name) for name in ("sqs", "dynamodb", "s3"))
        queue = sqs.get_queue_url(QueueName="witness")["QueueUrl"]
        found = set()
        while batch := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            found.update(message["Body"] for message in batch)
        assert found >= set(witness.messages), f"seed {seed}"
        assert len(found) <= len(witness.messages) + 1, "at most the one message under way came besides"
        items = [item["id"]["S"] for page in dynamodb.get_paginator("scan").paginate(TableName="witness")
                 for item in page["Items"]]
        assert set(items) >= set(witness.items), f"seed {seed}"
        for key, body in witness.objects.items():
            assert s3.get_object(Bucket="witness", Key=key)["Body"].read().decode() == body, f"seed {seed}, {key}"
        assert_the_demo_is_whole(dynamodb, s3)
    finally:
        after.stop()


def assert_the_demo_is_whole(dynamodb, s3):
    """Each pull that the ledger holds has its bronze object: the object was answered before the row was written."""
    try:
        pulls = dynamodb.scan(TableName="pulls")["Items"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"
        return  # killed before the stack was made
    for pull in pulls:
        if "bronze_key" in pull:
            assert s3.head_object(Bucket="twitch-lake", Key=pull["bronze_key"]["S"])["ContentLength"] > 0
