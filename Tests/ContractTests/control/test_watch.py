"""`watch`: a source changes, the function runs the new code; a build that fails changes nothing."""

import json
import subprocess

import pytest

from control.test_trace import create
from emulator import BUILD, eventually
from lambda_.conftest import FOLDER

BUILD_COMMAND = "cc -O0 -o new main.c && mv new bootstrap"


class Watch:
    """The verb as a child process that prints a line of JSON for each round."""

    def __init__(self, emulator, folder, *arguments):
        self.errors = folder / "watch.txt"
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [str(BUILD / "rivulet-local"), "watch", *arguments, "--state", str(emulator.state), "--source", str(folder),
                 "--bootstrap", str(folder / "bootstrap"), "--build-command", f"cd {folder} && {BUILD_COMMAND}", "--json"],
                stdout=subprocess.PIPE, stderr=errors, text=True)
        eventually(lambda: "watching 1 files" in self.errors.read_text(), "the watch begins")

    def round(self):
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "main.c").write_text((FOLDER / "bootstrap.c").read_text())
    subprocess.run(BUILD_COMMAND, shell=True, check=True, cwd=folder)
    return folder


@pytest.fixture
def watch(still, folder):
    made = []

    def watch(*arguments):
        made.append(Watch(still, folder, *arguments))
        return made[-1]

    yield watch
    for one in made:
        one.stop()


def error_type(answer):
    return json.load(answer["Payload"])["errorType"]


def test_a_change_is_built_swapped_and_replayed_and_a_bad_one_is_not(still, folder, watch):
    functions = still.client("lambda")
    create(still, "error", folder)
    create(still, "idle", folder / "bootstrap", handler="echo")
    assert error_type(functions.invoke(FunctionName="error", Payload='{"id": 7}')) == "ValueError"
    running = watch()
    source = (folder / "main.c").read_text()
    (folder / "main.c").write_text(source.replace("ValueError", "TypeError"))
    done = running.round()
    assert done["changed"] == [str(folder / "main.c")] and done["build_status"] == 0
    assert [name.split(":")[-1] for name in done["functions"]] == ["error", "idle"] and done["still_running"] == 0
    assert all(done[step] >= 0 for step in ("seen_ms", "build_ms", "swap_ms", "drain_ms"))
    replayed, idle = done["replays"]
    assert json.loads(replayed["payload"])["errorType"] == "TypeError" and replayed["function_error"] == "Unhandled"
    assert "request_id" not in idle, "a function that was never invoked has no event to be replayed"
    (folder / "main.c").write_text("this is not C")
    failed = running.round()
    assert failed["build_status"] != 0 and "functions" not in failed and failed["replays"] == []
    assert "error:" in running.errors.read_text()
    assert error_type(functions.invoke(FunctionName="error")) == "TypeError"


def test_a_function_that_is_named_leaves_its_zip_for_the_bootstrap(still, folder, watch, function):
    zipped = function()
    running = watch(zipped)
    (folder / "main.c").write_text((folder / "main.c").read_text() + "\n")
    done = running.round()
    assert [name.split(":")[-1] for name in done["functions"]] == [zipped]
    code = still.client("lambda").get_function(FunctionName=zipped)["Code"]["Location"]
    assert code == (folder / "bootstrap").as_uri()
