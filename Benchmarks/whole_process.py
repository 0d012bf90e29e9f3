"""Times the emulator's start and the demo as whole processes: whole_process.py BUILD [RUNS]."""

import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
import botocore.config

BUILD = pathlib.Path(sys.argv[1])
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
PROGRAM = BUILD / "rivulet-local"


def spent(process, began):
    """Seconds of wall clock, seconds of CPU, and peak MiB of a process that is at its end."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def demo(folder):
    began = time.monotonic()
    process = subprocess.Popen(
        [PROGRAM, "demo", "--json", "--state", folder / "demo"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.startswith("TWITCH_")})
    figures = spent(process, began)
    assert process.returncode == 0, "the demo failed"
    return dict(zip(("wall s", "cpu s", "peak MiB"), figures))


def start(folder):
    """Start to first answered call, and what an idle emulator holds."""
    ready = folder / "ready"
    ready.unlink(missing_ok=True)
    began = time.monotonic()
    process = subprocess.Popen(
        [PROGRAM, "up", "--port", "0", "--state", folder / "state", "--ready-file", ready], stdout=subprocess.DEVNULL)
    while not ready.exists():
        time.sleep(0.0005)
    answering = time.monotonic() - began
    client = boto3.client(
        "sqs", endpoint_url=ready.read_text().strip(), region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test", config=botocore.config.Config(retries={"total_max_attempts": 1}))
    client.list_queues()
    resident = next(
        int(line.split()[1]) / 1024 for line in open(f"/proc/{process.pid}/status") if line.startswith("VmRSS"))
    process.send_signal(signal.SIGTERM)
    spent(process, began)
    return {"ready ms": answering * 1000, "idle MiB": resident}


def main():
    print(f"{'':24}{'minimum':>12}{'median':>12}{'maximum':>12}   ({RUNS} runs after one that is not counted)")
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in (("up", start), ("demo", demo)):
            runs = [measure(pathlib.Path(folder)) for _ in range(RUNS + 1)][1:]
            for figure in runs[0]:
                values = [run[figure] for run in runs]
                row = (min(values), statistics.median(values), max(values))
                print(f"{name + ', ' + figure:24}" + "".join(f"{value:12.2f}" for value in row))


main()
