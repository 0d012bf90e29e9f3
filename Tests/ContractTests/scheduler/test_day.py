"""A whole day on the emulator's own clock: 48 runs of everything that is scheduled, across two restarts."""

import datetime
import json
import time

from control.conftest import make_function
from emulator import ACCOUNT
from scheduler.conftest import OFF, START, drain, queue_arn, target
from states.conftest import World, prepare_code
from states.test_pipeline_machine import FUNCTIONS, definition

#: The slots of the day, as schedules tell them.
SLOTS = [(START + datetime.timedelta(minutes=30 * number)).strftime("%Y-%m-%dT%H:%M:%SZ") for number in range(1, 49)]
TIME = "<aws.scheduler.scheduled-time>"
#: Notes each event in a file that outlives the emulator.
NOTING = """
import json, pathlib

def handle(event, context):
    with open(pathlib.Path(__file__).parent / "runs", "a") as runs:
        runs.write(json.dumps(event) + "\\n")
"""


def schedule(day, name, expression, arn, text):
    day.emulator.client("scheduler").create_schedule(
        Name=name, ScheduleExpression=expression, FlexibleTimeWindow=OFF,
        StartDate=START + datetime.timedelta(minutes=30), Target=target(arn, Input=text))


def make_pipeline(day, folder):
    """The pipeline's own state machine; its functions say back what they are told."""
    world = World(day.emulator, prepare_code(folder))
    day.emulator.client("sns").create_topic(Name="alarms")
    functions = {name: world.function(name) for name in FUNCTIONS}
    return world.machine(
        "pipeline", definition(**functions, alarm_topic=f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"))


def finished(day, machine):
    """The slots of the machine's executions, all of which must have succeeded."""
    states = day.emulator.client("stepfunctions")
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine)
    executions = [execution for page in pages for execution in page["executions"]]
    assert {execution["status"] for execution in executions} == {"SUCCEEDED"}
    return sorted(
        json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"])["time"]
        for execution in executions)


def test_a_day_of_half_hours_runs_48_times_across_two_restarts(day, tmp_path):
    began = time.monotonic()
    make_function(day.emulator, tmp_path / "noting", NOTING)
    machine = make_pipeline(day, tmp_path / "pipeline")
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    schedule(day, "queue", "cron(0/30 * * * ? *)", queue_arn("ticks"), TIME)
    schedule(day, "function", "rate(30 minutes)", function, json.dumps({"time": TIME}))
    schedule(day, "pipeline", "rate(30 minutes)", machine, json.dumps({"time": TIME, "id": "<aws.scheduler.execution-id>"}))
    day.advance(hours=8)
    day.restart()
    day.advance(hours=8, minutes=10)
    day.restart(kill=True)
    day.advance(hours=7, minutes=50)
    assert [message["Body"] for message in drain(day.emulator, "ticks")] == SLOTS
    runs = (tmp_path / "noting" / "runs").read_text().splitlines()
    assert [json.loads(run)["time"] for run in runs] == SLOTS
    assert finished(day, machine) == SLOTS
    assert time.monotonic() - began < 60
