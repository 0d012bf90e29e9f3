"""terraform/pipeline.asl.json as it lies: the real functions through it, and what it does when one of them fails."""

import json
import re

import pytest

from control.conftest import START, START_MS, call
from emulator import ACCOUNT, BUILD, ROOT, Emulator, eventually
from states.conftest import ROLE, World, prepare_code

FUNCTIONS = ["extract", "enrich", "publishToQueue", "silverJob", "goldJob"]
MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:pipeline"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"


def definition(**values):
    """The template with its variables filled in, as terraform's templatefile does."""
    text = (ROOT / "terraform" / "pipeline.asl.json").read_text()
    return re.sub(r"\$\{(\w+)\}", lambda match: values[match.group(1)], text)


class Pipeline(World):
    """The machine, its functions under their own names, and a queue that hears what the topic tells."""

    def __init__(self, folder):
        emulator = Emulator(folder / "state")
        call(emulator, "clock/freeze", {"at": START})
        super().__init__(emulator, prepare_code(folder / "code"))
        sns, self.sqs = emulator.client("sns"), emulator.client("sqs")
        assert sns.create_topic(Name="alarms")["TopicArn"] == TOPIC
        self.heard = self.sqs.create_queue(QueueName="heard")["QueueUrl"]
        sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:heard")

    def create(self, functions):
        assert self.machine("pipeline", definition(**functions, alarm_topic=TOPIC)) == MACHINE

    def told(self):
        """What the topic has told since it was last asked: pairs of subject and message."""
        messages = self.sqs.receive_message(QueueUrl=self.heard, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.heard, ReceiptHandle=message["ReceiptHandle"])
        return [(body.get("Subject"), body["Message"]) for body in (json.loads(one["Body"]) for one in messages)]

    def waits(self):
        """The instants that something waits for."""
        return [wait["at"] for wait in call(self.emulator, "clock")["waits"]]

    def calls(self, execution):
        """The functions in the order of their calls."""
        return [
            json.loads(event["taskScheduledEventDetails"]["parameters"])["FunctionName"].split(":")[6]
            for event in self.events(execution)
            if event.get("taskScheduledEventDetails", {}).get("resourceType") == "lambda"]

    def entered(self, execution):
        return [
            event["stateEnteredEventDetails"]["name"] for event in self.events(execution)
            if "stateEnteredEventDetails" in event]


@pytest.fixture
def pipeline(tmp_path):
    made = Pipeline(tmp_path)
    yield made
    made.emulator.stop()


def create_real_functions(pipeline):
    """The pipeline's own `bootstrap` over the simulated Twitch, as small as it goes."""
    emulator = pipeline.emulator
    emulator.client("s3").create_bucket(Bucket="lake")
    queue = pipeline.sqs.create_queue(QueueName="streams")["QueueUrl"]
    for table, key in [("pulls", "run_id"), ("games", "id"), ("users", "id")]:
        emulator.client("dynamodb").create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}])
    code = pipeline.code / "bootstrap"
    code.mkdir()
    (code / "bootstrap").hardlink_to(BUILD / "bootstrap")
    variables = {
        "LAKE_BUCKET": "lake", "QUEUE_URL": queue, "PULLS_TABLE": "pulls", "GAMES_TABLE": "games",
        "USERS_TABLE": "users", "REALTIME_TABLE": "streams", "STREAMS_PER_LANGUAGE": "20", "LANGUAGES": "pt,en",
        "TWITCH_API_URL": f"{emulator.endpoint}/_twitch/helix",
        "TWITCH_TOKEN_URL": f"{emulator.endpoint}/_twitch/oauth2/token",
        "TWITCH_CLIENT_ID": "rivulet-simulated-client", "TWITCH_CLIENT_SECRET": "simulated"}
    pipeline.create({
        name: pipeline.functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler=name, Role=ROLE, Timeout=60, MemorySize=512,
            Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(code)},
            Environment={"Variables": variables})["FunctionArn"]
        for name in FUNCTIONS})
    return queue


def test_a_run_goes_from_twitch_to_gold_and_a_backfill_makes_it_anew(pipeline):
    queue = create_real_functions(pipeline)
    execution = pipeline.start(MACHINE, {"time": START[:19] + "Z", "id": "scheduled-1"})
    pipeline.advance()
    done = pipeline.describe(execution)
    assert done["status"] == "SUCCEEDED", done
    assert sorted(pipeline.calls(execution)) == sorted(FUNCTIONS)
    assert pipeline.calls(execution)[:2] == ["extract", "enrich"]
    published, made = json.loads(done["output"])["spread"]
    waiting = pipeline.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert int(waiting["ApproximateNumberOfMessages"]) > 0
    assert made["tables"], made
    keys = {one["Key"] for one in pipeline.emulator.client("s3").list_objects_v2(Bucket="lake")["Contents"]}
    assert {key.split("/")[0] for key in keys} >= {"raw", "silver", "gold"}
    again = pipeline.start(MACHINE, {"backfill": {"from": "2026-03-01", "to": "2026-03-01"}})
    pipeline.advance()
    assert pipeline.describe(again)["status"] == "SUCCEEDED", pipeline.describe(again)
    assert pipeline.entered(again) == [
        "IsBackfill", "BackfillSilver", "GoldBackfill", "BackfillGold", "IsGoldDone", "Done"]
    assert keys == {one["Key"] for one in pipeline.emulator.client("s3").list_objects_v2(Bucket="lake")["Contents"]}
    assert pipeline.told() == []


@pytest.fixture
def failing_silver(pipeline):
    """Every function echoes its event but silverJob, which errs."""
    pipeline.create({
        name: pipeline.function(name, handler="error" if name == "silverJob" else "echo") for name in FUNCTIONS})
    return pipeline


def alarm(pipeline):
    """The alarm that terraform/monitoring.tf sets on failed runs."""
    cloudwatch = pipeline.emulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="failed-run", Namespace="AWS/States", MetricName="ExecutionsFailed", Statistic="Sum", Period=300,
        Dimensions=[{"Name": "StateMachineArn", "Value": MACHINE}], EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold", TreatMissingData="notBreaching", AlarmActions=[TOPIC])
    return lambda: cloudwatch.describe_alarms(AlarmNames=["failed-run"])["MetricAlarms"][0]["StateValue"]


def test_a_failing_silver_job_is_retried_then_caught_and_told(failing_silver):
    pipeline = failing_silver
    state = alarm(pipeline)
    execution = pipeline.start(MACHINE, {"time": "2026-03-01T18:00:00Z"})
    pipeline.advance("29999ms")
    assert pipeline.describe(execution)["status"] == "RUNNING"
    assert pipeline.calls(execution).count("silverJob") == 1
    pipeline.advance("1ms")
    done = pipeline.describe(execution)
    assert (done["status"], done["error"]) == ("FAILED", "ValueError")
    assert json.loads(done["cause"])["errorMessage"] == 'no "good"\nat all'

    assert sorted(pipeline.calls(execution)) == ["enrich", "extract", "publishToQueue", "silverJob", "silverJob"]
    groups = pipeline.emulator.client("logs").describe_log_groups()["logGroups"]
    assert "/aws/lambda/goldJob" not in [group["logGroupName"] for group in groups]
    assert pipeline.entered(execution) == [
        "IsBackfill", "Extract", "Enrich", "Spread", "PublishToQueue", "Silver", "Tell", "Failed"]
    types = pipeline.types(execution)
    assert types.count("TaskFailed") == 2 and "ParallelStateFailed" in types
    assert types[-2:] == ["FailStateEntered", "ExecutionFailed"]

    (subject, text), = pipeline.told()
    assert subject == "Rivulet: a run failed"
    assert text.startswith(f"Execution {execution} failed: ") and "ValueError" in text
    eventually(lambda: "2026-03-01T18:01:00.000Z" in pipeline.waits(), "alarms are evaluated each minute")
    pipeline.advance("6m")
    eventually(lambda: state() == "ALARM", "the alarm of failed runs")
    (_, text), = eventually(pipeline.told, "what the alarm says")
    assert json.loads(text)["AlarmName"] == "failed-run"
    assert json.loads(text)["Trigger"]["MetricName"] == "ExecutionsFailed"


def test_a_machine_logs_what_its_configuration_says(pipeline):
    logs = pipeline.emulator.client("logs")
    group = "/aws/vendedlogs/states/pipeline"
    logs.create_log_group(logGroupName=group)
    machine = pipeline.machine(
        "logged", {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Fail", "Error": "E"}},
        loggingConfiguration={"level": "ERROR", "includeExecutionData": True, "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}:*"}}]})
    execution = pipeline.start(machine)
    pipeline.advance()
    events = [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=group)["events"]]
    assert [event["type"] for event in events] == ["FailStateEntered", "ExecutionFailed"]
    assert {event["execution_arn"] for event in events} == {execution}
    assert events[1]["details"] == {"error": "E"}


def test_executions_are_counted(failing_silver):
    pipeline = failing_silver
    executions = [pipeline.start(MACHINE) for _ in range(2)]
    pipeline.states.stop_execution(executionArn=executions[0])
    pipeline.advance("30s")

    def total(name):
        points = pipeline.emulator.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/States", MetricName=name, Dimensions=[{"Name": "StateMachineArn", "Value": MACHINE}],
            Period=60, StartTime=START_MS / 1000 - 60, EndTime=START_MS / 1000 + 600, Statistics=["Sum"])["Datapoints"]
        return sum(point["Sum"] for point in points)

    names = ["Started", "Failed", "Aborted", "Succeeded", "TimedOut"]
    assert [total(f"Executions{name}") for name in names] == [2, 1, 1, 0, 0]


def test_a_schedule_starts_it_once_for_each_time(failing_silver):
    pipeline = failing_silver
    pipeline.advance("1m")
    pipeline.emulator.client("scheduler").create_schedule(
        Name="run", ScheduleExpression="cron(0/30 * * * ? *)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": MACHINE, "RoleArn": ROLE, "Input": json.dumps(
            {"time": "<aws.scheduler.scheduled-time>", "id": "<aws.scheduler.schedule-arn>"})})
    pipeline.advance("1h1m")
    executions = pipeline.states.list_executions(stateMachineArn=MACHINE)["executions"]
    inputs = [json.loads(pipeline.describe(one["executionArn"])["input"]) for one in executions]
    assert [one["time"] for one in inputs] == ["2026-03-01T19:00:00Z", "2026-03-01T18:30:00Z"]
    assert len({one["name"] for one in executions}) == 2
    assert all(one["id"].endswith(":schedule/default/run") for one in inputs), "a second attempt at a slot is the same run"
