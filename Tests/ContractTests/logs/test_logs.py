"""CloudWatch Logs through boto3 and the aws command, and `rivulet-local logs`."""

import json
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from emulator import BUILD, Emulator, eventually


@pytest.fixture(scope="session")
def logs(client):
    return client("logs")


@pytest.fixture
def group(logs, unique):
    logs.create_log_group(logGroupName=unique)
    return unique


def now():
    return int(time.time() * 1000)


def put(logs, group, stream, *messages, start=None):
    try:
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    except logs.exceptions.ResourceAlreadyExistsException:
        pass
    start = now() if start is None else start
    return logs.put_log_events(
        logGroupName=group, logStreamName=stream,
        logEvents=[{"timestamp": start + index, "message": text} for index, text in enumerate(messages)])


def messages(answer):
    return [event["message"] for event in answer["events"]]


def refusal(call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


def test_a_group_has_what_terraform_reads(logs, unique):
    logs.create_log_group(logGroupName=unique, tags={"team": "data"})
    logs.put_retention_policy(logGroupName=unique, retentionInDays=14)
    found = logs.describe_log_groups(logGroupNamePrefix=unique)["logGroups"][0]
    assert found["retentionInDays"] == 14
    assert found["arn"] == found["logGroupArn"] + ":*" == f"arn:aws:logs:us-east-1:000000000000:log-group:{unique}:*"
    arn = found["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags={"stage": "dev"})
    logs.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "dev"}
    logs.tag_log_group(logGroupName=unique, tags={"old": "way"})
    logs.untag_log_group(logGroupName=unique, tags=["stage"])
    assert logs.list_tags_log_group(logGroupName=unique)["tags"] == {"old": "way"}
    logs.delete_retention_policy(logGroupName=unique)
    assert "retentionInDays" not in logs.describe_log_groups(logGroupNamePrefix=unique)["logGroups"][0]
    logs.delete_log_group(logGroupName=unique)
    assert logs.describe_log_groups(logGroupNamePrefix=unique)["logGroups"] == []
    assert refusal(logs.delete_log_group, logGroupName=unique) == (
        "ResourceNotFoundException", "The specified log group does not exist.")


def test_boto3_pages_through_groups_streams_and_events(logs, unique):
    for number in range(3):
        logs.create_log_group(logGroupName=f"{unique}/{number}")
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=unique, PaginationConfig={"PageSize": 2})
    assert [group["logGroupName"] for page in pages for group in page["logGroups"]] == [
        f"{unique}/{number}" for number in range(3)]
    group = f"{unique}/0"
    for number in range(5):
        put(logs, group, f"s{number}", f"line {number}", start=now() + number)
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName=group, orderBy="LastEventTime", descending=True, PaginationConfig={"PageSize": 2})
    assert [stream["logStreamName"] for page in pages for stream in page["logStreams"]] == [
        f"s{number}" for number in reversed(range(5))]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, PaginationConfig={"PageSize": 2})
    assert [text for page in pages for text in messages(page)] == [f"line {number}" for number in range(5)]


def test_a_stream_is_read_both_ways(logs, group):
    put(logs, group, "s", *map(str, range(5)))
    first = logs.get_log_events(logGroupName=group, logStreamName="s", startFromHead=True, limit=3)
    assert messages(first) == ["0", "1", "2"]
    rest = logs.get_log_events(logGroupName=group, logStreamName="s", nextToken=first["nextForwardToken"])
    assert messages(rest) == ["3", "4"]
    end = logs.get_log_events(logGroupName=group, logStreamName="s", nextToken=rest["nextForwardToken"])
    assert messages(end) == [] and end["nextForwardToken"] == rest["nextForwardToken"]
    back = logs.get_log_events(logGroupName=group, logStreamName="s", nextToken=rest["nextBackwardToken"])
    assert messages(back) == ["0", "1", "2"]


@pytest.mark.parametrize("pattern, wanted", [
    ("ERROR", ["ERROR one", '{"level": "ERROR", "ms": 7}']),
    ("ERROR -one", ['{"level": "ERROR", "ms": 7}']),
    ("?one ?two", ["ERROR one", "INFO two"]),
    ('{ $.level = "ERROR" && $.ms > 5 }', ['{"level": "ERROR", "ms": 7}']),
    ("[level, word]", ["ERROR one", "INFO two"]),
])
def test_a_pattern_picks_lines(logs, group, pattern, wanted):
    put(logs, group, "s", "ERROR one", "INFO two", '{"level": "ERROR", "ms": 7}', '{"level": "INFO", "ms": 9}')
    picked = messages(logs.filter_log_events(logGroupName=group, filterPattern=pattern))
    assert picked == wanted


def test_what_lies_too_far_is_rejected_and_told(logs, group):
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    day = 86_400_000
    answer = logs.put_log_events(logGroupName=group, logStreamName="s", sequenceToken="any", logEvents=[
        {"timestamp": now() - 20 * day, "message": "old"}, {"timestamp": now(), "message": "fine"},
        {"timestamp": now() + day, "message": "new"}])
    assert answer["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 2, "tooOldLogEventEndIndex": 1}
    assert messages(logs.filter_log_events(logGroupName=group)) == ["fine"]


@pytest.mark.parametrize("operation, arguments, code, message", [
    ("create_log_group", {}, "ResourceAlreadyExistsException", "The specified log group already exists"),
    ("create_log_stream", {"logStreamName": "s"}, "ResourceAlreadyExistsException",
     "The specified log stream already exists"),
    ("get_log_events", {"logStreamName": "none"}, "ResourceNotFoundException",
     "The specified log stream does not exist."),
    ("filter_log_events", {"filterPattern": "a:b"}, "InvalidParameterException",
     "Invalid character(s) in term 'a:b'"),
    ("filter_log_events", {"nextToken": "x"}, "InvalidParameterException", "The specified nextToken is invalid."),
    ("create_log_stream", {"logStreamName": "n" * 513}, "InvalidParameterException",
     "Invalid LogGroup or LogStream, both must have length less than or equal to 512."),
    ("delete_metric_filter", {"logGroupName": "n" * 513, "filterName": "f"}, "InvalidParameterException",
     "Invalid LogGroup or LogStream, both must have length less than or equal to 512."),
    ("describe_log_streams", {"logGroupIdentifier": "g"}, "ValidationException",
     "LogGroup name and LogGroup ARN are mutually exclusive parameters."),
    ("get_log_events", {"logStreamName": "s", "limit": 10_001}, "InvalidParameterException",
     "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less "
     "than or equal to 10000"),
    ("put_retention_policy", {"retentionInDays": 2}, "InvalidParameterException",
     "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy "
     "enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, "
     "3288, 3653]"),
])
def test_refusals_are_awss(logs, group, operation, arguments, code, message):
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    assert refusal(getattr(logs, operation), **{"logGroupName": group, **arguments}) == (code, message)


def test_a_group_that_is_found_by_a_part_of_its_name_tells_less(logs, group):
    whole, = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    brief, = logs.describe_log_groups(logGroupNamePattern=group[1:])["logGroups"]
    assert set(whole) - set(brief) == {"storedBytes", "deletionProtectionEnabled"}
    assert all(whole[name] == value for name, value in brief.items())


def test_metric_filters_are_kept_and_shown(logs, group):
    transformation = {"metricName": "Errors", "metricNamespace": "Rivulet", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=group, filterName="errors", filterPattern="ERROR", metricTransformations=[transformation])
    found = logs.describe_metric_filters(logGroupName=group)["metricFilters"]
    assert [(one["filterName"], one["filterPattern"]) for one in found] == [("errors", "ERROR")]
    assert transformation.items() <= found[0]["metricTransformations"][0].items()
    logs.delete_metric_filter(logGroupName=group, filterName="errors")
    assert logs.describe_metric_filters(logGroupName=group)["metricFilters"] == []


def test_the_aws_command_tails(aws, logs, group):
    put(logs, group, "s", "one", "two")
    assert aws("logs", "filter-log-events", "--log-group-name", group)["events"][1]["message"] == "two"


@pytest.fixture
def verb(tmp_path):
    """An emulator of the test's own, and `rivulet-local logs` on its folder."""
    emulator = Emulator(tmp_path / "state")

    def run(*arguments, status=0):
        done = subprocess.run(
            [str(BUILD / "rivulet-local"), "logs", *arguments, "--state", str(emulator.state)], capture_output=True,
            text=True, timeout=60)
        assert done.returncode == status, done.stderr
        return done.stderr if status else done.stdout.splitlines()

    run.emulator = emulator
    yield run
    emulator.stop()


def test_the_verb_prints_filters_and_reads_the_folder_when_nothing_runs(verb):
    logs = verb.emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/f")
    put(logs, "/aws/lambda/f", "2026/03/01/[$LATEST]0123456789abcdef", "ERROR one", "INFO two")
    assert [line.split(" ", 1)[1] for line in verb("f")] == ["89abcdef ERROR one", "89abcdef INFO two"]
    arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
    picked = [json.loads(line)["message"] for line in verb(arn, "--json", "--filter", "-ERROR", "--since", "10m")]
    assert picked == ["INFO two"]
    assert "does not exist" in verb("g", status=1)
    verb.emulator.stop()
    assert [line.split(" ", 2)[2] for line in verb("/aws/lambda/f")] == ["ERROR one", "INFO two"]
    assert "No emulator runs" in verb("f", "--follow", status=64)


def test_the_verb_follows(verb):
    logs = verb.emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/f")
    put(logs, "/aws/lambda/f", "s", "first")
    following = subprocess.Popen(
        [str(BUILD / "rivulet-local"), "logs", "f", "--follow", "--state", str(verb.emulator.state)],
        stdout=subprocess.PIPE, text=True)
    try:
        assert following.stdout.readline().endswith(" s first\n")
        put(logs, "/aws/lambda/f", "s", "second", "third")
        assert following.stdout.readline().endswith(" s second\n")
        assert following.stdout.readline().endswith(" s third\n")
    finally:
        following.kill()
        following.wait(timeout=30)


def test_lines_outlive_a_kill(tmp_path):
    emulator = Emulator(tmp_path / "state")
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="g")
    put(logs, "g", "s", "kept")
    emulator.kill()
    emulator = Emulator(tmp_path / "state")
    try:
        logs = emulator.client("logs")
        eventually(lambda: messages(logs.filter_log_events(logGroupName="g")) == ["kept"], "the line is there")
    finally:
        emulator.stop()


def test_an_identifier_has_the_characters_of_a_name_or_an_arn(logs):
    assert refusal(logs.describe_log_streams, logGroupIdentifier="a group") == (
        "InvalidParameterException",
        "1 validation error detected: Value 'a group' at 'logGroupIdentifier' failed to satisfy constraint: Member must "
        r"satisfy regular expression pattern: [\w#+=/:,.@-]*")
