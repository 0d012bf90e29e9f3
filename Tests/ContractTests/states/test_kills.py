"""Executions under `kill -9` at any moment: each ends once, with a history that has no gap."""

import json
import random
import time

import pytest

from emulator import Emulator, eventually
from states.conftest import World, prepare_code

EXECUTIONS = 8
ITEMS = [{"n": number} for number in range(4)]


def definition(function):
    """Tasks, waits and branches, so that a kill finds something of everything under way."""
    return {
        "Each": {
            "Type": "Map", "MaxConcurrency": 2, "Next": "Both",
            "ItemProcessor": {"StartAt": "Echo", "States": {
                "Echo": {"Type": "Task", "Resource": function, "Next": "Pause",
                         "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 9}]},
                "Pause": {"Type": "Wait", "Seconds": 1, "End": True}}}},
        "Both": {"Type": "Parallel", "End": True, "Branches": [
            {"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}} for name in ("Left", "Right")]}}


@pytest.mark.parametrize("seed", range(2))
def test_every_execution_ends_once_whenever_the_emulator_is_killed(tmp_path, seed):
    pauses = random.Random(seed)
    emulator = Emulator(tmp_path / "state")
    world = World(emulator, prepare_code(tmp_path / "code"))
    machine = world.machine("killed", definition(world.function("echo")))
    executions = [world.start(machine, ITEMS, name=f"n{number}") for number in range(EXECUTIONS)]
    for _ in range(3):
        # Not a wait for something to happen: how long this emulator lives.
        time.sleep(pauses.uniform(0, 0.7))
        emulator.kill()
        emulator = Emulator(tmp_path / "state")
    try:
        world = World(emulator, tmp_path / "code")
        for execution in executions:
            done = eventually(
                lambda: (found := world.describe(execution))["status"] != "RUNNING" and found, execution, seconds=60)
            assert done["status"] == "SUCCEEDED", done
            assert json.loads(done["output"]) == [ITEMS, ITEMS]
            events = world.events(execution)
            assert [event["id"] for event in events] == list(range(1, len(events) + 1))
            types = [event["type"] for event in events]
            assert types[0] == "ExecutionStarted" and types[-1] == "ExecutionSucceeded"
            assert [types.count(f"MapIteration{end}") for end in ("Started", "Succeeded")] == [4, 4]
            assert types.count("WaitStateExited") == 4
    finally:
        emulator.stop()
