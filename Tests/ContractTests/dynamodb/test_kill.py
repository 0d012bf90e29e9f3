"""What `kill -9` leaves: everything that was answered, and of a transaction all or nothing."""

import threading

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from emulator import Emulator

ROUNDS = 3
WRITERS = 6
TABLE = "killed"


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


def make_table(client):
    client.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"},
            {"AttributeName": "kind", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "kinds", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
                {"AttributeName": "kind", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]}])


class Writer(threading.Thread):
    """Counts up a pair of items in transactions, and puts single items; remembers what was answered."""

    def __init__(self, emulator, number, pair, single):
        super().__init__()
        self.client = emulator.client("dynamodb")
        self.number, self.pair, self.single = number, pair, single

    def run(self):
        try:
            while True:
                self.count_pair()
                self.put_single()
        except (BotoCoreError, ClientError):
            pass

    def count_pair(self):
        update = {
            "TableName": TABLE, "UpdateExpression": "SET n = if_not_exists(n, :zero) + :one, kind = :kind",
            "ExpressionAttributeValues": {":zero": {"N": "0"}, ":one": {"N": "1"}, ":kind": {"S": "pair"}}}
        self.client.transact_write_items(TransactItems=[
            {"Update": {**update, "Key": {"pk": {"S": f"{self.number}-{side}"}}}} for side in "ab"])
        self.pair += 1

    def put_single(self):
        self.client.put_item(TableName=TABLE, Item={
            "pk": {"S": f"{self.number}-single-{self.single}"}, "kind": {"S": "single"}, "n": {"N": str(self.single)}})
        self.single += 1


def read(client):
    pages = client.get_paginator("scan").paginate(TableName=TABLE)
    items = {item["pk"]["S"]: item for page in pages for item in page["Items"]}
    pages = client.get_paginator("query").paginate(
        TableName=TABLE, IndexName="kinds", KeyConditionExpression="kind = :k",
        ExpressionAttributeValues={":k": {"S": "pair"}})
    return items, [item for page in pages for item in page["Items"]]


def test_what_was_answered_is_there_after_a_kill(state):
    pairs, singles = [0] * WRITERS, [0] * WRITERS
    for round in range(ROUNDS):
        emulator = Emulator(state)
        client = emulator.client("dynamodb")
        if round == 0:
            make_table(client)
        writers = [Writer(emulator, number, pairs[number], singles[number]) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        while sum(writer.single - singles[writer.number] for writer in writers) < 60:
            writers[0].join(0.01)
        emulator.kill()
        for writer in writers:
            writer.join()
        emulator = Emulator(state)
        try:
            items, indexed = read(emulator.client("dynamodb"))
        finally:
            emulator.kill()
        for writer in writers:
            left, right = (int(items[f"{writer.number}-{side}"]["n"]["N"]) for side in "ab")
            # The kill may have come between a commit and its answer.
            assert left == right and left - writer.pair in (0, 1)
            for single in range(writer.single):
                assert f"{writer.number}-single-{single}" in items
            pairs[writer.number], singles[writer.number] = left, writer.single
        assert sorted(item["pk"]["S"] for item in indexed) == sorted(pk for pk in items if "single" not in pk)
        assert all(item == items[item["pk"]["S"]] for item in indexed)
