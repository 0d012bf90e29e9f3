"""EventBridge Scheduler through boto3."""

import datetime

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT
from scheduler.conftest import OFF, ROLE, START, drain, queue_arn, target


@pytest.fixture(scope="session")
def scheduler(client):
    return client("scheduler")


@pytest.fixture
def group(scheduler, unique):
    scheduler.create_schedule_group(Name=unique)
    yield unique
    scheduler.delete_schedule_group(Name=unique)


def refusal(call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    response = raised.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_schedule_has_what_terraform_reads(scheduler, group):
    made = scheduler.create_schedule(
        Name="s", GroupName=group, ScheduleExpression="cron(0/30 * * * ? *)", FlexibleTimeWindow=OFF,
        ScheduleExpressionTimezone="Europe/Berlin", State="DISABLED", Description="half hours",
        StartDate=datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc),
        Target=target(queue_arn("q"), Input="{}", DeadLetterConfig={"Arn": queue_arn("dead")}))
    assert made["ScheduleArn"] == f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/{group}/s"
    found = scheduler.get_schedule(Name="s", GroupName=group)
    assert found["Target"] == target(
        queue_arn("q"), Input="{}", DeadLetterConfig={"Arn": queue_arn("dead")},
        RetryPolicy={"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185})
    assert found["ScheduleExpressionTimezone"] == "Europe/Berlin" and found["State"] == "DISABLED"
    assert found["StartDate"].year == 2030 and found["FlexibleTimeWindow"] == OFF
    scheduler.update_schedule(
        Name="s", GroupName=group, ScheduleExpression="rate(1 hour)", State="DISABLED",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
        Target=target(queue_arn("q.fifo"), SqsParameters={"MessageGroupId": "g"}))
    found = scheduler.get_schedule(Name="s", GroupName=group)
    assert "Description" not in found and found["Target"]["SqsParameters"] == {"MessageGroupId": "g"}
    assert found["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}
    listed = scheduler.list_schedules(GroupName=group)["Schedules"]
    assert [(one["Name"], one["State"], one["Target"]["Arn"]) for one in listed] == [
        ("s", "DISABLED", queue_arn("q.fifo"))]
    scheduler.delete_schedule(Name="s", GroupName=group)
    assert refusal(scheduler.get_schedule, Name="s", GroupName=group) == (
        "ResourceNotFoundException", "Schedule s does not exist.", 404)


@pytest.mark.parametrize("expression", [
    "rate( 5 minutes)", "rate(5 minutes )", "rate(5  minutes)", " rate(5 minutes)", "rate(5 seconds)", "rate(0 hours)",
    "rate(-1 days)", "rate(5 weeks)", "rate(5)", "rate(x days)", "cron(0 12 * * * *)", "cron(60 12 * * ? *)",
    "cron(0 12 * * NEVER *)", "cron(0 12)", "at(2030-01-01)", "at(2030-01-01T00:00:00Z)", "every(5 minutes)",
])
def test_what_is_no_expression_is_refused_word_for_word(scheduler, expression):
    assert refusal(
        scheduler.create_schedule, Name="never", ScheduleExpression=expression, FlexibleTimeWindow=OFF,
        Target=target(queue_arn("q"))) == ("ValidationException", f"Invalid Schedule Expression {expression}.", 400)


def test_a_group_has_tags_and_takes_its_schedules_with_it(scheduler, unique):
    arn = scheduler.create_schedule_group(Name=unique, Tags=[{"Key": "team", "Value": "data"}])["ScheduleGroupArn"]
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "dev"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "stage", "Value": "dev"}]
    assert scheduler.get_schedule_group(Name=unique)["State"] == "ACTIVE"
    assert unique in [one["Name"] for one in scheduler.list_schedule_groups(NamePrefix=unique)["ScheduleGroups"]]
    scheduler.create_schedule(
        Name="s", GroupName=unique, ScheduleExpression="rate(1 hour)", State="DISABLED", FlexibleTimeWindow=OFF,
        Target=target(queue_arn("q")))
    assert refusal(scheduler.create_schedule_group, Name=unique)[0] == "ConflictException"
    scheduler.delete_schedule_group(Name=unique)
    assert refusal(scheduler.get_schedule_group, Name=unique) == (
        "ResourceNotFoundException", f"Schedule group {unique} does not exist.", 404)
    assert refusal(scheduler.get_schedule, Name="s", GroupName=unique)[0] == "ResourceNotFoundException"


def test_boto3_pages_through_schedules(scheduler, group):
    for name in "cab":
        scheduler.create_schedule(
            Name=name, GroupName=group, ScheduleExpression="rate(1 hour)", State="DISABLED", FlexibleTimeWindow=OFF,
            Target=target(queue_arn("q")))
    pages = scheduler.get_paginator("list_schedules").paginate(GroupName=group, PaginationConfig={"PageSize": 2})
    assert [one["Name"] for page in pages for one in page["Schedules"]] == ["a", "b", "c"]


@pytest.mark.parametrize("change, message", [
    ({"ScheduleExpression": "every day"}, "Invalid Schedule Expression every day."),
    ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "Invalid Schedule Expression Timezone Mars/Olympus."),
    ({"Target": target("arn:aws:lambda:us-east-1:000000000000:function:f", Input="{")},
     "The Input of this target must be a well-formed JSON."),
])
def test_what_is_invalid_is_told(scheduler, group, change, message):
    arguments = {
        "Name": "s", "GroupName": group, "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF,
        "Target": target(queue_arn("q")), **change}
    assert refusal(scheduler.create_schedule, **arguments) == ("ValidationException", message, 400)


def test_universal_targets_are_refused_by_name(scheduler, group):
    code, message, status = refusal(
        scheduler.create_schedule, Name="s", GroupName=group, ScheduleExpression="rate(1 hour)", FlexibleTimeWindow=OFF,
        Target=target("arn:aws:scheduler:::aws-sdk:sqs:sendMessage"))
    assert status == 501 and "universal targets" in message


def test_a_target_that_is_not_there_makes_a_dead_letter(day):
    day.emulator.client("scheduler").create_schedule(
        Name="s", ScheduleExpression="at(2026-03-01T00:30:00)", FlexibleTimeWindow=OFF, ActionAfterCompletion="DELETE",
        Target=target(queue_arn("nowhere"), Input="hello", DeadLetterConfig={"Arn": queue_arn("ticks")}))
    day.advance(hours=1)
    (letter,) = drain(day.emulator, "ticks")
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert letter["Body"] == "hello"
    assert attributes.pop("EXECUTION_ID") and attributes.pop("ERROR_MESSAGE")
    assert attributes == {
        "ERROR_CODE": "AWS.SimpleQueueService.NonExistentQueue", "IS_PAYLOAD_TRUNCATED": "false", "RETRY_ATTEMPTS": "0",
        "SCHEDULED_TIME": "2026-03-01T00:30:00Z", "TARGET_ARN": queue_arn("nowhere"),
        "SCHEDULE_ARN": f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/default/s"}
    assert day.emulator.client("scheduler").list_schedules()["Schedules"] == []


def test_a_schedule_runs_a_function(day, tmp_path):
    bootstrap = tmp_path / "function" / "bootstrap"
    bootstrap.parent.mkdir()
    bootstrap.write_text(
        "#!/bin/sh\n"
        "api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation\n"
        "while true; do\n"
        "  event=$(curl -s -D /tmp/headers-$$ $api/next)\n"
        "  id=$(sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *//p' /tmp/headers-$$ | tr -d '\\r')\n"
        "  echo \"event: $event\"\n"
        "  curl -s -d '{}' $api/$id/response > /dev/null\n"
        "done\n")
    bootstrap.chmod(0o755)
    function = day.emulator.client("lambda").create_function(
        FunctionName="scheduled", Runtime="provided.al2023", Role=ROLE, Handler="f", Timeout=30,
        Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(bootstrap.parent)})
    day.emulator.client("scheduler").create_schedule(
        Name="s", ScheduleExpression="rate(30 minutes)", FlexibleTimeWindow=OFF,
        StartDate=START + datetime.timedelta(minutes=30),
        Target=target(function["FunctionArn"], Input='{"at": "<aws.scheduler.scheduled-time>"}'))
    day.advance(hours=1)
    logs = day.emulator.client("logs")
    lines = logs.filter_log_events(logGroupName="/aws/lambda/scheduled", filterPattern='"event:"')["events"]
    assert [line["message"] for line in lines] == [
        'event: {"at": "2026-03-01T00:30:00Z"}', 'event: {"at": "2026-03-01T01:00:00Z"}']
