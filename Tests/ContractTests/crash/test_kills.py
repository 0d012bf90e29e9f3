"""A few rounds of the crash harness; `make crash` runs a thousand."""

import os
import sqlite3

import pytest

from conformance import rule, sqs_guide
from crash import harness, message, objects

ROUNDS = int(os.environ.get("RIVULET_CRASH_ROUNDS", "25"))
SEED = 20260301


@rule(
    "What SQS has acknowledged is stored redundantly: no acknowledged message is lost",
    sqs_guide("standard-queues-at-least-once-delivery"))
def test_nothing_answered_is_lost_to_kill_minus_nine(tmp_path):
    counts = harness.run(tmp_path, ROUNDS, SEED)
    # How much is done before a kill is the machine's affair; that each kind of call was among it is not.
    assert min(counts[what] for what in ("sent", "received", "deleted", "changed", "transactions", "puts")) > 0


def test_tables_and_objects_answered_for_are_left_by_kill_minus_nine(tmp_path):
    counts = harness.run(tmp_path, ROUNDS, SEED, "tables")
    assert min(counts[what] for what in (
        "puts", "updates", "deletes", "items in batches", "transactions", "transfers", "conditions that failed",
        "records of the stream", "objects put", "objects deleted", "versions put", "parts put")) > 0


def assert_seen(clients, server, folder, damage, complaint):
    """Kills the server, damages its state, and has the clients look at what the next one makes of it."""
    server.kill()
    with sqlite3.connect(folder / "state" / "rivulet.sqlite") as database:
        database.execute(damage)
    server = harness.Server(folder / "state")
    try:
        with pytest.raises(message.Violation, match=complaint):
            clients.check(server, True)
    finally:
        server.kill()


@pytest.mark.parametrize("damage, complaint", [
    ("DELETE FROM sqs_message WHERE id = (SELECT max(id) FROM sqs_message)", "is lost"),
    ("UPDATE sqs_message SET receive_count = 0, earlier_receives = 0 WHERE receive_count = 1", "was left in"),
    ("UPDATE sqs_message SET visible_at_ms = visible_at_ms - 20000 WHERE receive_count = 1", "was left in"),
    ("INSERT INTO sqs_message (shelf, visible_at_ms, sent_at_ms, message_id, sender, body) "
     "SELECT shelf, visible_at_ms, sent_at_ms, 'twin', sender, body FROM sqs_message LIMIT 1", "is in two places"),
    ("DELETE FROM sqs_deduplication", "was taken twice"),
])
def test_the_harness_sees_what_it_looks_for_in_queues(tmp_path, damage, complaint):
    clients = harness.QueueClients(SEED)
    server = harness.Server(tmp_path / "state")
    clients.prepare(server.wire())
    for client in clients.queues:
        client.wire = server.wire()
        for _ in range(3):
            client.send()
        client.receive()
        client.doubt = None
    assert_seen(clients, server, tmp_path, damage, complaint)


@pytest.mark.parametrize("damage, complaint", [
    ("DELETE FROM dynamodb_item WHERE partition_key = CAST('client-0' AS BLOB)", "was left as"),
    ("DELETE FROM dynamodb_item WHERE partition_key = CAST('accounts' AS BLOB)", "the accounts stand at"),
    ("DELETE FROM dynamodb_index_entry", "the index"),
    ("DELETE FROM dynamodb_stream_record WHERE sequence = (SELECT max(sequence) FROM dynamodb_stream_record)",
     "the stream makes"),
    ("DELETE FROM dynamodb_stream_record WHERE sequence = (SELECT min(sequence) FROM dynamodb_stream_record)", "the stream"),
    ("DELETE FROM s3_object WHERE id = (SELECT min(id) FROM s3_object)", "has left"),
    ("DELETE FROM s3_object WHERE id = (SELECT max(id) FROM s3_object)", "has left the versions"),
    ("UPDATE s3_object SET body = zeroblob(length(body)) WHERE length(body) > 0", "does not hold"),
    ("DELETE FROM s3_upload", "has left the upload"),
    ("DELETE FROM s3_part", "the upload .* has"),
])
def test_the_harness_sees_what_it_looks_for_in_tables_and_objects(tmp_path, damage, complaint):
    clients = harness.TableClients(SEED)
    server = harness.Server(tmp_path / "state")
    wire = server.wire()
    clients.prepare(wire)
    for client in clients.tables:
        client.wire = wire
        for _ in range(3):
            client.put()
            client.transact()
    for client in clients.objects:
        client.wire = wire
        client.send(f"{client.name}/0", objects.Body("a row", [3_000]))
        client.begin_upload()
        client.go_on_with_upload()
        client.put_version()
        client.doubt = None
    assert_seen(clients, server, tmp_path, damage, complaint)
