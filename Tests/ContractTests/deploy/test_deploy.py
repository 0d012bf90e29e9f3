"""The whole stack through HashiCorp's provider: applied, run, broken, moved back, destroyed."""

import datetime
import io
import json
import time
import urllib.request

import botocore.exceptions
import pyarrow.parquet
import pytest

from emulator import eventually

POISON = "this is no stream"


class Steps:
    """What was done, how long each took, and what was counted."""

    def __init__(self):
        self.begun = self.last = time.monotonic()

    def done(self, text):
        now = time.monotonic()
        print(f"{now - self.last:7.1f} s  {text}")
        self.last = now

    def end(self):
        print(f"{time.monotonic() - self.begun:7.1f} s  in all")


def control(emulator, method, path, **body):
    file = json.loads((emulator.state / "control.json").read_text())
    request = urllib.request.Request(
        f"{file['endpoint']}/_rivulet/{path}", method=method, data=json.dumps(body).encode() if body else None,
        headers={"X-Rivulet-Token": file["token"], "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def rows(emulator, bucket, prefix):
    """Rows of all Parquet files below a prefix, as pyarrow reads them."""
    s3 = emulator.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", []) if item["Key"].endswith(".parquet")]
    bodies = (s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys)
    return sum(pyarrow.parquet.read_metadata(io.BytesIO(body)).num_rows for body in bodies)


def resources(emulator):
    """Everything that stands in the emulator, by service."""
    client = emulator.client
    found = {
        "roles": client("iam").list_roles()["Roles"],
        "functions": client("lambda").list_functions()["Functions"],
        "mappings": client("lambda").list_event_source_mappings()["EventSourceMappings"],
        "queues": client("sqs").list_queues().get("QueueUrls", []),
        "tables": client("dynamodb").list_tables()["TableNames"],
        "buckets": client("s3").list_buckets()["Buckets"],
        "topics": client("sns").list_topics()["Topics"],
        "alarms": client("cloudwatch").describe_alarms()["MetricAlarms"],
        "dashboards": client("cloudwatch").list_dashboards()["DashboardEntries"],
        "parameters": client("ssm").describe_parameters()["Parameters"],
        "log groups": client("logs").describe_log_groups()["logGroups"],
        "schedules": client("scheduler").list_schedules()["Schedules"],
        "databases": client("glue").get_databases()["DatabaseList"],
        "workgroups": [group for group in client("athena").list_work_groups()["WorkGroups"] if group["Name"] != "primary"],
        "state machines": client("stepfunctions").list_state_machines()["stateMachines"],
    }
    return {kind: found for kind, found in found.items() if found}


def needs_step_functions(emulator):
    try:
        emulator.client("stepfunctions").list_state_machines()
    except botocore.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 501:
            pytest.skip("the emulator has no Step Functions, and the stack has a state machine")
        raise


def test_the_stack_lives_a_whole_life(deploy):
    emulator = deploy.emulator
    needs_step_functions(emulator)
    steps = Steps()
    digest = deploy.package()
    steps.done("packaged")

    checks = deploy.json("apply")
    assert [check["state"] for check in checks] == ["passed"] * 7, checks
    standing = {kind: len(found) for kind, found in resources(emulator).items()}
    steps.done(f"applied and verified: {standing}")

    assert deploy.json("plan") == {"changes": False}
    status = deploy.json("status")
    assert {function["code_sha256"] for function in status["functions"]} == {digest}
    assert {function["live"] for function in status["functions"]} == {"1"}
    steps.done("the second plan has no changes")

    control(emulator, "POST", "clock/freeze")
    queue = emulator.client("sqs")
    queue.send_message(QueueUrl=queue.get_queue_url(QueueName="rivulet-streams")["QueueUrl"], MessageBody=POISON)
    poisoned = control(emulator, "POST", "clock/advance", by="25m")
    # The minutes that the clock was moved past are evaluated behind it.
    letters = eventually(lambda: [
        letter for letter in control(emulator, "GET", "outbox")["letters"]
        if letter["Subject"].startswith("ALARM") and "streams-dead-letters" in letter["Subject"]], "a letter of the alarm")
    assert letters[0]["Endpoint"] == "ops@example.com"
    # A minute without a measurement may lie between, in which the alarm rests.
    cloudwatch = emulator.client("cloudwatch")
    eventually(lambda: [
        alarm for alarm in cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
        if alarm["AlarmName"] == "rivulet-streams-dead-letters"], "the alarm")
    steps.done(f"a poison message raised its alarm: {letters[0]['Subject']} ({poisoned['steps']} instants)")

    instant = datetime.datetime.fromisoformat(poisoned["now"].replace("Z", "+00:00"))
    until = instant + datetime.timedelta(minutes=45 - instant.minute % 30)
    moved = control(emulator, "POST", "clock/advance", to=until.strftime("%Y-%m-%dT%H:%M:%SZ"))
    counted = {layer: rows(emulator, status["bucket"], prefix) for layer, prefix in
               {"bronze": "raw/", "silver": "silver/", "gold": "gold/"}.items()}
    assert all(counted.values()), counted
    items = emulator.client("dynamodb").scan(TableName="rivulet-streams", Select="COUNT")["Count"]
    assert items > 0
    steps.done(f"scheduled runs on the virtual clock: {counted}, {items} items ({moved['steps']} instants)")
    control(emulator, "POST", "clock/resume")

    changed = {"TF_VAR_realtime_ttl_days": "15"}
    deploy.run("apply", environment=changed)
    moves = deploy.json("rollback", environment=changed)
    assert moves == [{"function": "sqsToStore", "from": "2", "to": "1"}]
    steps.done("a second version of one function applied and rolled back")
    assert deploy.json("plan", environment=changed) == {"changes": False}
    steps.done("Terraform agrees with the rollback")

    deploy.run("destroy")
    assert resources(emulator) == {}
    steps.done("destroyed: the emulator holds no resource")
    steps.end()
