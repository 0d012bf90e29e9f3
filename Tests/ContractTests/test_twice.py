"""The tests leave nothing behind that disturbs them: they pass again on the same server, and beside each other."""

import pathlib

import twice

HERE = pathlib.Path(__file__).parent
#: Quick ones; `make contract-twice` runs all of them.
PATHS = [HERE / "sqs" / name for name in ("test_queues.py", "test_messages.py", "test_dead_letters.py")]


def test_the_tests_pass_twice_on_one_server_and_in_parallel(endpoint):
    for workers in (2, 2):
        code, output = twice.run(endpoint, PATHS, workers)
        assert code == 0, output
