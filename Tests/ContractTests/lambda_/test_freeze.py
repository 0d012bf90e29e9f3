"""Environments that stand still between events: `up --freeze`."""

import pathlib

import pytest

from emulator import Emulator, eventually

from .conftest import BUILDERS, ROLE


@pytest.fixture(scope="module")
def freezing(tmp_path_factory):
    emulator = Emulator(tmp_path_factory.mktemp("freezing") / "state", arguments=["--freeze"])
    yield emulator
    emulator.stop()


def states(leader):
    """How the processes of a group are: R running, S sleeping, T standing still."""
    found = set()
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = stat.read_text().rsplit(")", 1)[1].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(group) == leader:
            found.add(state)
    return found


@pytest.mark.parametrize("kind", BUILDERS)
def test_an_idle_environment_stands_still_until_its_next_event(freezing, code, kind):
    functions = freezing.client("lambda")
    functions.create_function(
        FunctionName=kind, Runtime="provided.al2023", Handler="process", Role=ROLE, Timeout=10,
        Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(code(kind))})

    def invoke():
        return int(functions.invoke(FunctionName=kind, Payload=b"0")["Payload"].read())

    process = invoke()
    for _ in range(3):
        eventually(lambda: states(process) == {"T"}, "the whole group stands still")
        assert invoke() == process
    functions.delete_function(FunctionName=kind)
    eventually(lambda: not states(process), "it ends although it stood still")
