"""Versions, aliases with shares, policies, and settings of asynchronous invocations."""

import json

import pytest

from emulator import eventually

from .conftest import refusal
from .test_functions import arn


@pytest.fixture
def three(functions, make):
    """A function with versions 1, 2 and 3, which answer their variables."""
    name = make("variables", "c")
    for number in (1, 2, 3):
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": {"NUMBER": str(number)}})
        assert functions.publish_version(FunctionName=name, Description=f"no. {number}")["Version"] == str(number)
    return name


def test_versions_keep_their_settings(functions, invoke, three):
    for number in ("1", "2", "3"):
        for named in ({"FunctionName": three, "Qualifier": number}, {"FunctionName": f"{three}:{number}"},
                      {"FunctionName": arn(three, number)}):
            seen = functions.get_function_configuration(**named)
            assert (seen["Version"], seen["Description"], seen["FunctionArn"]) == (
                number, f"no. {number}", arn(three, number))
        payload, answer = invoke(f"{three}:{number}", {})
        assert payload["NUMBER"] == payload["AWS_LAMBDA_FUNCTION_VERSION"] == answer["ExecutedVersion"] == number
        assert f"[{number}]" in payload["AWS_LAMBDA_LOG_STREAM_NAME"]


def test_publishing_the_same_again_gives_the_same_version(functions, three):
    assert functions.publish_version(FunctionName=three)["Version"] == "3"
    latest = functions.get_function(FunctionName=three)["Configuration"]
    assert refusal(functions.publish_version, FunctionName=three, CodeSha256="x") == (
        "InvalidParameterValueException",
        f"CodeSHA256 (x) is different from current CodeSHA256 in $LATEST ({latest['CodeSha256']}). Please try again with "
        "the CodeSHA256 in $LATEST.", 400)
    assert refusal(functions.publish_version, FunctionName=three, RevisionId="x")[::2] == (
        "PreconditionFailedException", 412)


def test_versions_are_listed_in_pages_and_deleted_one_by_one(functions, three):
    pages = functions.get_paginator("list_versions_by_function").paginate(
        FunctionName=three, PaginationConfig={"PageSize": 3})
    listed = [[version["Version"] for version in page["Versions"]] for page in pages]
    assert listed == [["$LATEST", "1", "2"], ["3"]]
    functions.delete_function(FunctionName=three, Qualifier="2")
    assert refusal(functions.get_function, FunctionName=three, Qualifier="2") == (
        "ResourceNotFoundException", f"Function not found: {arn(three, 2)}", 404)
    assert refusal(functions.delete_function, FunctionName=three, Qualifier="$LATEST")[:2] == (
        "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.")


def test_an_alias_leads_where_it_says(functions, invoke, three):
    made = functions.create_alias(FunctionName=three, Name="live", FunctionVersion="1", Description="d")
    assert made["AliasArn"] == arn(three, "live")
    payload, answer = invoke(f"{three}:live", {})
    assert (payload["NUMBER"], answer["ExecutedVersion"]) == ("1", "1")
    seen = functions.get_function(FunctionName=three, Qualifier="live")["Configuration"]
    assert (seen["FunctionArn"], seen["Version"]) == (arn(three, "live"), "1")
    moved = functions.update_alias(FunctionName=three, Name="live", FunctionVersion="2", RevisionId=made["RevisionId"])
    assert invoke(three, {}, Qualifier="live")[0]["NUMBER"] == "2"
    assert refusal(functions.update_alias, FunctionName=three, Name="live", RevisionId=made["RevisionId"])[::2] == (
        "PreconditionFailedException", 412)
    listed = functions.list_aliases(FunctionName=three, FunctionVersion="2")["Aliases"]
    moved.pop("ResponseMetadata")
    assert listed == [moved]
    functions.delete_alias(FunctionName=three, Name="live")
    assert refusal(functions.get_alias, FunctionName=three, Name="live") == (
        "ResourceNotFoundException", f"Cannot find alias arn: {arn(three, 'live')}", 404)


def test_an_alias_shares_out_its_invocations(functions, invoke, three):
    functions.create_alias(
        FunctionName=three, Name="canary", FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    assert functions.get_alias(FunctionName=three, Name="canary")["RoutingConfig"] == {
        "AdditionalVersionWeights": {"2": 0.5}}
    seen = [invoke(f"{three}:canary", {})[1]["ExecutedVersion"] for _ in range(60)]
    assert 10 <= seen.count("2") <= 50 and set(seen) == {"1", "2"}
    functions.update_alias(FunctionName=three, Name="canary", RoutingConfig={"AdditionalVersionWeights": {}})
    assert {invoke(f"{three}:canary", {})[1]["ExecutedVersion"] for _ in range(20)} == {"1"}


def test_a_policy_is_kept_and_shown(functions, three):
    added = json.loads(functions.add_permission(
        FunctionName=three, StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::raw", SourceAccount="000000000000")["Statement"])
    policy = functions.get_policy(FunctionName=three)
    assert json.loads(policy["Policy"])["Statement"] == [added]
    assert added["Resource"] == arn(three)
    assert refusal(
        functions.add_permission, FunctionName=three, StatementId="s3", Action="lambda:*", Principal="*")[::2] == (
        "ResourceConflictException", 409)
    functions.remove_permission(FunctionName=three, StatementId="s3", RevisionId=policy["RevisionId"])
    assert refusal(functions.remove_permission, FunctionName=three, StatementId="s3")[:2] == (
        "ResourceNotFoundException", "No policy is associated with the given resource.")


def test_settings_of_asynchronous_invocations(functions, three):
    queue = "arn:aws:sqs:us-east-1:000000000000:somewhere"
    put = functions.put_function_event_invoke_config(
        FunctionName=three, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)
    assert put["FunctionArn"] == arn(three, "$LATEST")
    changed = functions.update_function_event_invoke_config(
        FunctionName=three, DestinationConfig={"OnFailure": {"Destination": queue}})
    assert changed["MaximumRetryAttempts"] == 1
    read = functions.get_function_event_invoke_config(FunctionName=three)
    assert read["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {"Destination": queue}}
    listed = functions.list_function_event_invoke_configs(FunctionName=three)["FunctionEventInvokeConfigs"]
    assert [config["FunctionArn"] for config in listed] == [arn(three, "$LATEST")]
    functions.delete_function_event_invoke_config(FunctionName=three)
    assert functions.list_function_event_invoke_configs(FunctionName=three)["FunctionEventInvokeConfigs"] == []


@pytest.fixture
def queue(client, unique):
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=unique + "-records")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]

    def received():
        answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1)
        return answer.get("Messages")

    return attributes["QueueArn"], received


def test_a_destination_gets_awss_record(functions, make, queue):
    name = make("error")
    functions.put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": queue[0]}})
    answer = functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"a": 1}')
    assert answer["StatusCode"] == 202
    record = json.loads(eventually(queue[1], "a record in the queue")[0]["Body"])
    assert record["version"] == "1.0"
    assert record["requestContext"] == {
        "requestId": answer["ResponseMetadata"]["RequestId"], "functionArn": arn(name, "$LATEST"),
        "condition": "RetriesExhausted", "approximateInvokeCount": 1}
    assert record["requestPayload"] == {"a": 1}
    assert record["responseContext"] == {
        "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_a_dead_letter_queue_gets_the_event(functions, make, queue):
    name = make("error", DeadLetterConfig={"TargetArn": queue[0]})
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    answer = functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"a": 1}')
    letter = eventually(queue[1], "a dead letter")[0]
    assert json.loads(letter["Body"]) == {"a": 1}
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes == {
        "RequestID": answer["ResponseMetadata"]["RequestId"], "ErrorCode": "200",
        "ErrorMessage": 'no "good"\nat all'}


def test_a_function_may_be_a_destination(functions, client, make, queue):
    last = make("echo", suffix="-last")
    functions.put_function_event_invoke_config(
        FunctionName=last, DestinationConfig={"OnSuccess": {"Destination": queue[0]}})
    first = make("echo")
    functions.put_function_event_invoke_config(
        FunctionName=first, DestinationConfig={"OnSuccess": {"Destination": arn(last)}})
    functions.invoke(FunctionName=first, InvocationType="Event", Payload=b'"through both"')
    record = json.loads(eventually(queue[1], "the second function's record")[0]["Body"])
    assert record["requestPayload"]["responsePayload"] == "through both"
