"""State machines on an emulator whose clock stands still until a test moves it."""

import json
import pathlib
import shutil

import pytest
from botocore.exceptions import ClientError

from control.conftest import START, call
from emulator import ACCOUNT, BUILD, Emulator

ROLE = f"arn:aws:iam::{ACCOUNT}:role/rivulet"
FLAKY = pathlib.Path(__file__).parent / "functions" / "bootstrap.sh"


class World:
    """An emulator, its clock and its clients."""

    def __init__(self, emulator, code):
        self.emulator, self.code = emulator, code
        self.states = emulator.client("stepfunctions")
        self.functions = emulator.client("lambda")

    def advance(self, by="0s"):
        """Moves the clock; all that can happen by then has happened afterwards."""
        return call(self.emulator, "clock/advance", {"by": by})

    def function(self, name, handler="echo", flaky=None, **settings):
        """A function that echoes, errs or hangs; or one that fails so many times first. Gives its ARN."""
        settings = {"Timeout": 10, **settings}
        folder = self.code / "contract"
        if flaky is not None:
            folder = self.code / "flaky"
            settings["Environment"] = {
                "Variables": {"COUNTER": str(self.code / f"{name}.count"), "FAILURES": str(flaky)}}
        return self.functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler=handler, Role=ROLE,
            Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(folder)}, **settings)["FunctionArn"]

    def machine(self, name, definition, **settings):
        """Makes a machine; `definition` is its text, or its states, the first of which begins."""
        if isinstance(definition, dict):
            definition = json.dumps({"StartAt": next(iter(definition)), "States": definition})
        return self.states.create_state_machine(
            name=name, definition=definition, roleArn=ROLE, **settings)["stateMachineArn"]

    def start(self, machine, event=None, **arguments):
        return self.states.start_execution(
            stateMachineArn=machine, input=json.dumps({} if event is None else event), **arguments)["executionArn"]

    def describe(self, execution):
        return self.states.describe_execution(executionArn=execution)

    def events(self, execution):
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]

    def types(self, execution):
        return [event["type"] for event in self.events(execution)]

    def run(self, name, definition, event=None, by="0s"):
        """Runs a machine of the name as long as told; gives what DescribeExecution tells."""
        execution = self.start(self.machine(name, definition), event)
        self.advance(by)
        return self.describe(execution)

    def output(self, name, definition, event=None, by="0s"):
        done = self.run(name, definition, event, by)
        assert done["status"] == "SUCCEEDED", done
        return json.loads(done["output"])


def prepare_code(folder):
    """The code of both kinds of functions."""
    for kind, source in [("contract", BUILD / "contract-function"), ("flaky", FLAKY)]:
        (folder / kind).mkdir(parents=True)
        shutil.copy(source, folder / kind / "bootstrap")
        (folder / kind / "bootstrap").chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("states")
    emulator = Emulator(folder / "state")
    call(emulator, "clock/freeze", {"at": START})
    yield World(emulator, prepare_code(folder / "code"))
    emulator.stop()


def refusal(operation, **arguments):
    """Code, message and status of a call that Step Functions refuses."""
    with pytest.raises(ClientError) as raised:
        operation(**arguments)
    response = raised.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]
