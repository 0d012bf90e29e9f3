"""SQS over HTTP, measured: rates, latencies and server CPU at 16 connections.

    bench.py --build .build/package/release [--runs 3] [--seconds 2] [--peer moto=PATH/moto_server] [--endpoint URL]
             [--depth 1000000 [--only-depth]]

The load generator is `load.c` beside this file. Each subject runs alone; each run has a queue of its own, in which every
message that was taken must be found, and none left when all are deleted. Printed are the medians of the runs.
"""
import argparse
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

HERE = pathlib.Path(__file__).resolve().parent
SIGNATURE = ("AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/sqs/aws4_request, SignedHeaders=host, "
             f"Signature={'0' * 64}")
MODES = [("SendMessage", "send"), ("SendMessageBatch of ten", "batch"), ("receive ten + delete ten", "drain"),
         ("receive one + delete one", "single"), ("long-poll wake-up", "wake")]


def call(endpoint, operation, members):
    url = urllib.parse.urlsplit(endpoint)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=600)
    connection.request("POST", "/", json.dumps(members), {
        "X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0",
        "Authorization": SIGNATURE})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{operation} was refused: {answer.status} {body[:300]}")
    return json.loads(body or b"{}")


class Subject:
    """An endpoint, and the process behind it when it was started here."""

    def __init__(self, name, endpoint, process=None, folder=None):
        self.name, self.endpoint, self.process, self.folder = name, endpoint, process, folder

    @classmethod
    def rivulet(cls, build, *arguments):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rivulet-bench-"))
        ready = folder / "ready"
        process = subprocess.Popen(
            [build / "rivulet-local", "up", "--port", "0", "--state", folder / "state", "--ready-file", ready, *arguments],
            stdout=subprocess.DEVNULL)
        while not ready.exists():
            if process.poll() is not None:
                raise SystemExit("rivulet-local did not start")
            time.sleep(0.001)
        return cls(" ".join(["rivulet-local", *arguments]), ready.read_text().strip(), process, folder)

    @classmethod
    def moto(cls, program):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [program, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return cls("moto_server", f"http://127.0.0.1:{port}", process)
            except OSError:
                time.sleep(0.05)
        raise SystemExit("moto_server did not start")

    def is_wrong(self, what):
        """A peer's answers are reported as they are; ours must be right."""
        if self.folder:
            raise SystemExit(f"{self.name}: {what}")
        print(f"\n{self.name} counts wrong: {what}")

    def queue(self):
        """The URL of a new queue, under the address that is called here."""
        url = call(self.endpoint, "CreateQueue", {"QueueName": f"bench-{uuid.uuid4().hex}"})["QueueUrl"]
        return self.endpoint + urllib.parse.urlsplit(url).path

    def messages(self, queue):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = call(self.endpoint, "GetQueueAttributes", {"QueueUrl": queue, "AttributeNames": names})
        return [int(answer["Attributes"][name]) for name in names]

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class Load:
    def __init__(self, folder):
        self.program = folder / "load"
        subprocess.run(
            [os.environ.get("CC", "cc"), "-O2", "-Wno-deprecated-declarations", "-o", self.program, HERE / "load.c",
             "-lcrypto"], check=True)

    def run(self, subject, queue, mode, count):
        command = [self.program, "--endpoint", subject.endpoint, "--queue", queue, "--mode", mode, "--count", str(count)]
        if subject.process:
            command += ["--pid", str(subject.process.pid)]
        finished = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if finished.returncode:
            raise SystemExit(f"{subject.name}, {mode}: {finished.stderr}")
        return json.loads(finished.stdout)

    def fill(self, subject, queue, messages):
        return self.run(subject, queue, "batch", -(-messages // 10))


def calibrate(load, subject, seconds):
    """How many requests of each mode take about `seconds`, so that slow and fast are measured equally long."""
    queue, counts = subject.queue(), {}
    for mode, trial in (("send", 400), ("batch", 100)):
        counts[mode] = max(50, int(load.run(subject, queue, mode, trial)["requests_per_second"] * seconds))
    return counts


def measure(load, subject, seconds, runs, wakes):
    results = {mode: [] for _, mode in MODES}
    counts = calibrate(load, subject, seconds)
    for _ in range(runs):
        queue = subject.queue()
        results["send"].append(load.run(subject, queue, "send", counts["send"]))
        results["batch"].append(load.run(subject, queue, "batch", counts["batch"]))
        sent = sum(results[mode][-1]["messages"] for mode in ("send", "batch"))
        there = subject.messages(queue)
        drained = load.run(subject, queue, "drain", 10 * sent + 1000)
        left = subject.messages(queue)
        if there != [sent, 0] or drained["messages"] != sent or left != [0, 0]:
            subject.is_wrong(f"{sent} messages sent, {there[0]} there, {drained['messages']} deleted, {sum(left)} left")
        results["drain"].append(drained)
        load.run(subject, queue, "send", counts["send"] // 4 + 10)
        results["single"].append(load.run(subject, queue, "single", 10 * sent + 1000))
        results["wake"].append(load.run(subject, queue, "wake", wakes))
    return {mode: {key: statistics.median(run[key] for run in results[mode]) for key in results[mode][0] if key != "mode"}
            for mode in results}


def report(subject, results):
    print(f"\n{subject.name}")
    print(f"  {'':28}{'requests/s':>12}{'messages/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'server CPU µs/request':>24}")
    for title, mode in MODES:
        row = results[mode]
        cpu = f"{row['cpu_us_per_request']:.0f}" if subject.process else "-"
        rates = "" if mode == "wake" else f"{row['requests_per_second']:,.0f}"
        messages = "" if mode == "wake" else f"{row['messages_per_second']:,.0f}"
        print(f"  {title:28}{rates:>12}{messages:>12}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}{cpu:>24}")


def measure_depth(load, build, depth, seconds, runs):
    """The same work on a short and on a long queue: of the long one a tenth is in flight and a tenth delayed."""
    print("\nrivulet-local, by the messages that lie in the queue")
    print(f"  {'messages':>10}{'sends/s':>10}{'receive + delete, messages/s':>30}{'resident MiB':>14}")
    for size in (1000, depth):
        subject = Subject.rivulet(build)
        queue = subject.queue()
        load.fill(subject, queue, size)
        for _ in range(size // 10_000):
            call(subject.endpoint, "ReceiveMessage", {
                "QueueUrl": queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 43_200})
        sends, drains = [], []
        for _ in range(runs):
            count = int(10_000 * seconds)
            sends.append(load.run(subject, queue, "send", count)["messages_per_second"])
            drains.append(load.run(subject, queue, "drain", count // 5)["messages_per_second"])
        print(f"  {size:>10,}{statistics.median(sends):>10,.0f}{statistics.median(drains):>30,.0f}"
              f"{subject.resident_mib():>14.0f}")
        subject.stop()


def measure_start(build, runs):
    """From exec to the first answered call on a state folder that is there, and what is resident a second later."""
    times, resident = [], []
    state = pathlib.Path(tempfile.mkdtemp(prefix="rivulet-bench-"))
    for run in range(runs + 1):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        began = time.perf_counter()
        process = subprocess.Popen(
            [build / "rivulet-local", "up", "--port", str(port), "--state", state / "state"], stdout=subprocess.DEVNULL)
        subject = Subject("", f"http://127.0.0.1:{port}", process)
        while True:
            try:
                call(subject.endpoint, "ListQueues", {})
                break
            except OSError:
                time.sleep(0.0005)
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(1)
        resident.append(subject.resident_mib())
        subject.stop()
    shutil.rmtree(state)
    print(f"\nStart to first answered call: {statistics.median(times[1:]):.0f} ms;"
          f" resident when idle: {statistics.median(resident[1:]):.1f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("--endpoint", action="append", default=[])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--wakes", type=int, default=300)
    parser.add_argument("--depth", type=int, default=0)
    parser.add_argument("--only-depth", action="store_true", help="measure by depth and nothing else")
    arguments = parser.parse_args()
    starters = []
    if arguments.build and not arguments.only_depth:
        starters += [lambda: Subject.rivulet(arguments.build), lambda: Subject.rivulet(arguments.build, "--fast")]
    for peer in arguments.peer:
        name, _, program = peer.partition("=")
        if name != "moto":
            sys.exit(f"--peer {name}: only moto is started here; give others by --endpoint")
        starters.append(lambda program=program: Subject.moto(program))
    starters += [lambda url=url: Subject(url, url.rstrip("/")) for url in arguments.endpoint]
    if not starters and not arguments.depth:
        sys.exit("nothing to measure: give --build, --peer or --endpoint")
    with tempfile.TemporaryDirectory() as folder:
        load = Load(pathlib.Path(folder))
        print(f"{os.cpu_count()} cores, shared with the load generator; load average {os.getloadavg()[0]:.2f};"
              f" medians of {arguments.runs} runs")
        for start in starters:
            subject = start()
            try:
                report(subject, measure(load, subject, arguments.seconds, arguments.runs, arguments.wakes))
            except SystemExit as failure:
                # Of ours a failure ends it all; of a peer it is a result.
                if subject.folder:
                    raise
                print(f"\n{subject.name} did not get through: {failure}")
            finally:
                subject.stop()
        if arguments.build and not arguments.only_depth:
            measure_start(arguments.build, arguments.runs)
        if arguments.depth:
            measure_depth(load, arguments.build, arguments.depth, arguments.seconds, arguments.runs)


if __name__ == "__main__":
    main()
