"""Event source mappings as boto3 sees them: made, changed, deleted; what their functions get."""

import json

import pytest

from conformance import lambda_api, lambda_guide, rule
from emulator import eventually
from sqs.conftest import bodies, depth, event_counts, receive, refusal, send_all


@rule("A mapping is made, enabled, shown, listed and deleted, and names the state that it is on the way to",
      lambda_api("CreateEventSourceMapping"))
def test_a_mapping_lives(functions, function, queue, arn):
    name = function()
    made = functions.create_event_source_mapping(EventSourceArn=arn(queue), FunctionName=name, BatchSize=5, Enabled=False)
    uuid = made["UUID"]

    def becomes(state):
        eventually(lambda: functions.get_event_source_mapping(UUID=uuid)["State"] == state, f"the mapping is {state}")

    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (made["BatchSize"], made["FunctionResponseTypes"]) == (5, [])
    becomes("Disabled")
    assert functions.update_event_source_mapping(UUID=uuid, Enabled=True)["State"] == "Enabling"
    becomes("Enabled")
    listed = functions.list_event_source_mappings(EventSourceArn=arn(queue), FunctionName=name)
    assert [one["UUID"] for one in listed["EventSourceMappings"]] == [uuid]
    assert functions.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    eventually(
        lambda: not functions.list_event_source_mappings(EventSourceArn=arn(queue))["EventSourceMappings"],
        "the mapping is gone")
    assert refusal(functions.get_event_source_mapping, UUID=uuid) == (
        "ResourceNotFoundException", "The resource you requested does not exist.", 404)


@rule("A queue and a function are mapped once", lambda_api("CreateEventSourceMapping"))
def test_a_queue_and_a_function_are_tied_once(functions, function, queue, arn, mapping):
    name = function()
    made = mapping(queue, name)
    assert refusal(functions.create_event_source_mapping, EventSourceArn=arn(queue), FunctionName=name) == (
        "ResourceConflictException",
        f"An event source mapping with SQS arn (\" {arn(queue)} \") and function (\" {name} \") already exists. "
        f"Please update or delete the existing mapping with UUID {made['UUID']}", 409)


@rule("A mapping has tags", lambda_api("TagResource"))
def test_a_mapping_is_tagged(functions, function, queue, mapping):
    tagged = mapping(queue, function(), Tags={"team": "blue"}, Enabled=False)["EventSourceMappingArn"]
    functions.tag_resource(Resource=tagged, Tags={"stage": "test", "team": "red"})
    assert functions.list_tags(Resource=tagged)["Tags"] == {"stage": "test", "team": "red"}
    functions.untag_resource(Resource=tagged, TagKeys=["team"])
    assert functions.list_tags(Resource=tagged)["Tags"] == {"stage": "test"}


@rule("The event holds each message as a record of Lambda's form, message attributes included",
      lambda_guide("with-sqs", "example-standard-queue-message-event"))
def test_the_event_is_lambdas(sqs, function, queue, mapping, arn, target):
    name = function()
    sent = sqs.send_message(
        QueueUrl=queue, MessageBody="hello",
        MessageAttributes={"Author": {"DataType": "String", "StringValue": "John Grisham"}})
    mapping(queue, name)
    record, = eventually(name.records, "the function is invoked")
    assert record.pop("receiptHandle")
    attributes = record.pop("attributes")
    assert attributes["ApproximateReceiveCount"] == "1"
    assert set(attributes) == {
        "ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"}
    assert record == {
        "messageId": sent["MessageId"], "body": "hello", "md5OfBody": sent["MD5OfMessageBody"],
        "md5OfMessageAttributes": sent["MD5OfMessageAttributes"],
        "messageAttributes": {"Author": {
            "stringValue": "John Grisham", "stringListValues": [], "binaryListValues": [], "dataType": "String"}},
        "eventSource": "aws:sqs", "eventSourceARN": arn(queue), "awsRegion": target.region}
    eventually(lambda: depth(sqs, queue) == 0, "the message is deleted")


@pytest.mark.parametrize("window, digest", [(0, {}), (1, {"md5OfMessageAttributes": None})])
def test_the_digest_of_no_attributes_is_null_in_a_window_and_absent_without(
        sqs, function, queue, mapping, window, digest):
    name = function()
    mapping(queue, name, MaximumBatchingWindowInSeconds=window)
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    record, = eventually(name.records, "the function is invoked")
    assert {key: value for key, value in record.items() if key == "md5OfMessageAttributes"} == digest


@rule("The record of a FIFO message has its group, deduplication id and sequence number",
      lambda_guide("with-sqs", "example-fifo-queue-message-event"))
def test_the_event_of_a_fifo_queue(sqs, function, make_queue, mapping):
    queue, name = make_queue(".fifo"), function()
    sent = sqs.send_message(QueueUrl=queue, MessageBody="a", MessageGroupId="g", MessageDeduplicationId="d")
    mapping(queue, name)
    attributes = eventually(name.records, "the function is invoked")[0]["attributes"]
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"], attributes["SequenceNumber"]) == (
        "g", "d", sent["SequenceNumber"])


@rule("A disabled mapping takes no message; enabled again it goes on", lambda_api("UpdateEventSourceMapping"))
def test_a_disabled_mapping_does_nothing(sqs, functions, function, queue, mapping):
    name = function()
    made = mapping(queue, name, Enabled=False)
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    assert bodies(receive(sqs, queue, VisibilityTimeout=0, WaitTimeSeconds=1)) == ["a"]
    functions.update_event_source_mapping(UUID=made["UUID"], Enabled=True)
    eventually(lambda: name.bodies() == ["a"], "the message is handled")


@rule("A mapping may name a version or an alias of the function", lambda_api("CreateEventSourceMapping"))
def test_a_mapping_of_an_alias(sqs, functions, function, queue, mapping):
    name = function()
    version = functions.publish_version(FunctionName=name)["Version"]
    alias = functions.create_alias(FunctionName=name, Name="live", FunctionVersion=version)["AliasArn"]
    assert mapping(queue, alias)["FunctionArn"] == alias
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    eventually(lambda: name.bodies() == ["a"], "the alias is invoked")


@rule("With EventCount metrics a mapping counts what it polled, filtered out, invoked with, failed and deleted",
      lambda_guide("monitoring-metrics-types", "event-source-mapping-metrics"))
def test_a_mapping_has_metrics(sqs, client, function, dead_letters, mapping):
    queue, dead = dead_letters(1, VisibilityTimeout=2)
    send_all(sqs, queue, ["good", "poison", "other"])
    made = mapping(
        queue, function(), FunctionResponseTypes=["ReportBatchItemFailures"], MetricsConfig={"Metrics": ["EventCount"]},
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": ["good", "poison"]})}]})
    eventually(lambda: (depth(sqs, queue), depth(sqs, dead)) == (0, 1), "the poison is given up")
    expected = {"Polled": 3, "FilteredOut": 1, "Invoked": 2, "FailedInvoke": 1, "Deleted": 2}
    eventually(lambda: event_counts(client, made) == expected, "the metrics are those of three messages")
