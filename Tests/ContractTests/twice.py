"""Runs contract tests over and over on one emulator that keeps what they leave behind: one after the other and then in
parallel, with an account id for each worker.

    python Tests/ContractTests/twice.py [--workers 4] [--endpoint URL] [PATH …]
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from emulator import ROOT, Emulator

HERE = pathlib.Path(__file__).parent


def run(endpoint, paths, workers=0):
    """One run of the tests on an endpoint; gives the exit code, and the output without colours."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, paths)]
    if workers:
        command += ["-n", str(workers)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "RIVULET_CONTRACT_ENDPOINT": endpoint}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--endpoint", help="one that is there, instead of an emulator of this run's own")
    parser.add_argument("paths", nargs="*", default=[HERE / "sqs"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rivulet-twice-") as folder:
        emulator = None if arguments.endpoint else Emulator(pathlib.Path(folder) / "state")
        try:
            for workers in (0, 0, arguments.workers, arguments.workers):
                code, output = run(arguments.endpoint or emulator.endpoint, arguments.paths, workers)
                print(f"{workers or 'no'} workers: {output.splitlines()[-1]}", flush=True)
                if code:
                    sys.exit(output)
        finally:
            if emulator:
                emulator.stop()


if __name__ == "__main__":
    main()
