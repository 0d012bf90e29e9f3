"""The whole stack through HashiCorp's provider: applied, run, broken, moved back, destroyed."""

import datetime
import io
import json
import subprocess
import time
import urllib.request

import botocore.exceptions
import pyarrow.parquet
import pytest

from emulator import ACCOUNT, ROOT, eventually

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
        "secrets": client("secretsmanager").list_secrets()["SecretList"],
        "budgets": client("budgets").describe_budgets(AccountId=ACCOUNT)["Budgets"],
    }
    return {kind: found for kind, found in found.items() if found}


def needs_step_functions(emulator):
    try:
        emulator.client("stepfunctions").list_state_machines()
    except botocore.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 501:
            pytest.skip("the emulator has no Step Functions, and the stack has a state machine")
        raise


def call_by_hand(deploy):
    """`invoke` and `logs`, as somebody at a terminal would use them."""
    assert deploy.json("invoke", "goldJob") == {"function": "goldJob", "healthy": True}
    assert "would take it" in deploy.run("invoke", "goldJob", "--dry-run").stdout
    batch = deploy.run("invoke", "sqsToStore", "--event", str(ROOT / "events" / "sqsToStore-batch.json"))
    assert len(json.loads(batch.stdout)["batchItemFailures"]) == 1, "the event holds one poison message"
    (deploy.folder / "broken.json").write_text('{"partitions": 7}')
    broken = deploy.run("invoke", "silverJob", "--event", str(deploy.folder / "broken.json"), accepted=(1,))
    assert json.loads(broken.stdout)["errorMessage"]
    assert "There is no function chat" in deploy.run("invoke", "chat", accepted=(1,)).stderr

    def lines(*arguments):
        return [line["message"] for line in deploy.json("logs", "sqsToStore", *arguments)]

    everything = eventually(lambda: [line for line in lines() if "platform.report" in line] and lines(), "a report")
    errors = lines("--filter", '{ $.level = "ERROR" }')
    assert errors and len(errors) < len(everything), everything
    assert all(json.loads(line)["level"] == "ERROR" for line in errors)
    assert lines("--filter", "nobodysaysthis") == []


def weights(emulator, function):
    alias = emulator.client("lambda").get_alias(FunctionName=function, Name="live")
    return alias["FunctionVersion"], alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})


class Watched:
    """An apply with a canary that is being watched, with the clock standing still."""

    def __init__(self, deploy, function, minutes, environment):
        control(deploy.emulator, "POST", "clock/freeze")
        self.deploy = deploy
        self.output, self.errors = deploy.folder / "output", deploy.folder / "errors"
        with open(self.output, "wb") as output, open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                **deploy.command(
                    "apply", "--json", "--canary", "0.9", "--watch", str(minutes), "--promote", environment=environment),
                stdout=output, stderr=errors)
        eventually(lambda: weights(deploy.emulator, function)[1] or self.has_ended(), "a canary", seconds=120)
        assert not self.has_ended(), self.errors.read_text()

    def has_ended(self, seconds=0):
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def pass_minutes(self, most):
        """The watch begins when the versions are verified: minutes pass until it ends."""
        for _ in range(most):
            if self.has_ended(seconds=1):
                return
            control(self.deploy.emulator, "POST", "clock/advance", by="1m")

    def check(self, status):
        ended = self.has_ended(seconds=120)
        if not ended:
            self.process.kill()
        said = self.errors.read_text()
        assert ended and self.process.returncode == status, f"{self.output.read_text()}\n{said}"
        return next(check for check in json.loads(self.output.read_text()) if check["name"] == "canary")


def invoke_live(deploy, function, event, until):
    """Invokes `live` until an answer is of the wanted kind; gives the answers."""
    answers = []
    for _ in range(60):
        answer = deploy.emulator.client("lambda").invoke(
            FunctionName=function, Qualifier="live",
            Payload=json.dumps(event(len(answers)), separators=(",", ":")).encode())
        answers.append((answer["ExecutedVersion"], "FunctionError" in answer))
        if until(answers):
            return answers
    raise AssertionError(answers)


def break_a_canary(deploy):
    """Its versions start, and then find no Twitch."""
    bad = {"TF_VAR_twitch_api_url": f"{deploy.emulator.endpoint}/_twitch/nothing"}
    running = Watched(deploy, "rivulet-extract", 60, bad)
    live, share = weights(deploy.emulator, "rivulet-extract")
    assert (live, share) == ("1", {"2": 0.9})
    invoke_live(
        deploy, "rivulet-extract", lambda number: {"run_id": f"canary-{number}"},
        lambda answers: ("2", True) in answers)
    # The alarm looks at whole periods of five minutes.
    control(deploy.emulator, "POST", "clock/advance", by="5m")
    check = running.check(3)
    assert check["state"] == "failed" and "rivulet-extract-errors; rolled back" in check["found"]
    assert weights(deploy.emulator, "rivulet-extract") == ("1", {})
    assert weights(deploy.emulator, "rivulet-enrich") == ("1", {})
    # While the alarm stands, no other canary begins.
    again = deploy.json("apply", "--canary", "0.5", "--watch", "1", accepted=(3,))
    assert "raised before it began" in again[0]["found"] and "nothing was changed" in again[0]["found"]


def promote_a_canary(deploy, environment):
    control(deploy.emulator, "POST", "clock/advance", by="6m")
    alarms = deploy.emulator.client("cloudwatch")
    eventually(
        lambda: not [alarm for alarm in alarms.describe_alarms(StateValue="ALARM")["MetricAlarms"]
                     if alarm["AlarmName"].endswith("-errors")], "the alarm's rest")
    running = Watched(deploy, "rivulet-sqsToStore", 3, environment)
    answers = invoke_live(
        deploy, "rivulet-sqsToStore", lambda _: {"rivulet": "health"},
        lambda answers: {version for version, _ in answers} == {"1", "2"})
    assert not any(failed for _, failed in answers)
    running.pass_minutes(30)
    check = running.check(0)
    assert check["state"] == "passed" and check["found"].endswith("without an alarm; promoted")
    assert weights(deploy.emulator, "rivulet-sqsToStore") == ("2", {})
    control(deploy.emulator, "POST", "clock/resume")


@pytest.mark.timeout(900)
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

    checks = {check["name"]: check for check in deploy.json("doctor", accepted=(0, 3))}
    assert {checks[name]["state"] for name in ["terraform", "provider", "state", "credentials", "concurrency", "twitch"]} == {
        "passed"}
    call_by_hand(deploy)
    steps.done("the doctor asked, functions invoked by hand, their log read")

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

    break_a_canary(deploy)
    steps.done("a bad version with nine tenths of the invocations raised its alarm and was rolled back")
    changed = {"TF_VAR_realtime_ttl_days": "15"}
    promote_a_canary(deploy, changed)
    steps.done("a good one was watched for three minutes of the virtual clock, and promoted")

    moves = deploy.json("rollback", environment=changed)
    assert {(move["function"], move["to"]) for move in moves} == {("enrich", "1"), ("extract", "1"), ("sqsToStore", "1")}
    steps.done("rolled back")
    assert deploy.json("plan", environment=changed) == {"changes": False}
    steps.done("Terraform agrees with the rollback")

    deploy.run("destroy")
    assert resources(emulator) == {}
    steps.done("destroyed: the emulator holds no resource")
    steps.end()
