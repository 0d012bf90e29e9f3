"""Event source mappings, measured: from a send to its handler, and messages through a function that does nothing.

    bench.py --build .build/package/release [--runs 3] [--sends 1000] [--messages 50000]

The function is `consumer.c`: it notes when each event has reached it. Each figure is the median of its runs, and each run has
a queue, a function and a mapping of its own; every message must have reached the function once, and none be left.
"""

import argparse
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "sqs"))

import bench as sqs  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SIGNATURE = sqs.SIGNATURE.replace("/sqs/", "/lambda/")
#: Sent before the measured ones, so that the function's process is there.
WARM = 20
TICK = os.sysconf("SC_CLK_TCK")


class Consumer:
    """A queue, the function that consumes it, and what the function noted."""

    def __init__(self, subject, code, folder, **mapping):
        self.subject, self.queue = subject, subject.queue()
        self.notes = pathlib.Path(folder) / f"notes-{uuid.uuid4().hex}"
        self.notes.touch()
        name = f"bench-{uuid.uuid4().hex}"
        self.call("POST", "/2015-03-31/functions", {
            "FunctionName": name, "Runtime": "provided.al2023", "Handler": "any", "MemorySize": 128,
            "Role": "arn:aws:iam::000000000000:role/bench", "Environment": {"Variables": {"NOTES": str(self.notes)}},
            "Code": {"S3Bucket": "_rivulet-local-folder", "S3Key": str(code)}})
        arn = f"arn:aws:sqs:us-east-1:000000000000:{self.queue.rsplit('/', 1)[1]}"
        self.mapping = self.call("POST", "/2015-03-31/event-source-mappings/", {
            "EventSourceArn": arn, "FunctionName": name, **mapping})["UUID"]

    def call(self, method, path, members=None):
        url = urllib.parse.urlsplit(self.subject.endpoint)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        connection.request(method, path, json.dumps(members) if members else None, {
            "Authorization": SIGNATURE, "Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {body[:300]}")
        return json.loads(body or b"{}")

    def enable(self):
        self.call("PUT", f"/2015-03-31/event-source-mappings/{self.mapping}", {"Enabled": True})

    def events(self):
        """Instant, number of records and first number of each event, in nanoseconds."""
        return [tuple(map(int, line.split())) for line in self.notes.read_text().splitlines()]

    def drained(self):
        """Waits until the queue is empty; gives the instant."""
        while any(self.subject.messages(self.queue)):
            time.sleep(0.001)
        return time.monotonic_ns()

    def end(self):
        self.call("DELETE", f"/2015-03-31/event-source-mappings/{self.mapping}")


def latency(subject, code, folder, sends):
    """Milliseconds from the first byte of a send to the handler, one message at a time: p50 and p99."""
    consumer = Consumer(subject, code, folder)
    url = urllib.parse.urlsplit(subject.endpoint)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    headers = {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/x-amz-json-1.0",
               "Authorization": sqs.SIGNATURE}
    for number in range(sends + WARM):
        body = json.dumps({"QueueUrl": consumer.queue, "MessageBody": str(time.monotonic_ns())})
        connection.request("POST", "/", body, headers)
        connection.getresponse().read()
        # The next one is sent when this one is through, and a little later, as it would be at a calm queue.
        while len(consumer.notes.read_bytes().splitlines()) <= number:
            time.sleep(0.002)
    consumer.drained()
    consumer.end()
    events = consumer.events()
    if [records for _, records, _ in events] != [1] * (sends + WARM):
        raise SystemExit(f"{subject.name}: {sends + WARM} messages were sent, the function got {len(events)} events")
    took = sorted((there - sent) / 1e6 for there, _, sent in events[WARM:])
    return took[len(took) // 2], took[len(took) * 99 // 100]


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def throughput(subject, load, code, folder, messages):
    """Messages a second from a queue that is full, until it is empty; and the server's CPU in µs a message."""
    consumer = Consumer(subject, code, folder, Enabled=False, BatchSize=10)
    load.fill(subject, consumer.queue, messages)
    before, cpu = time.monotonic_ns(), cpu_seconds(subject.process)
    consumer.enable()
    seconds = (consumer.drained() - before) / 1e9
    cpu = cpu_seconds(subject.process) - cpu
    consumer.end()
    handled = sum(records for _, records, _ in consumer.events())
    if handled != messages:
        raise SystemExit(f"{subject.name}: of {messages} messages the function got {handled}")
    return messages / seconds, cpu / messages * 1e6


def compile_consumer(folder):
    code = pathlib.Path(folder) / "code"
    code.mkdir()
    subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", code / "bootstrap", HERE / "consumer.c"], check=True)
    return code


def medians(rows):
    return [statistics.median(column) for column in zip(*rows)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sends", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--only", choices=["latency", "throughput", "wake"])
    arguments = parser.parse_args()
    wanted = [arguments.only] if arguments.only else ["latency", "throughput", "wake"]
    with tempfile.TemporaryDirectory() as folder:
        load, code = sqs.Load(pathlib.Path(folder)), compile_consumer(folder)
        print(f"{os.cpu_count()} cores, shared with load and functions; load average {os.getloadavg()[0]:.2f};"
              f" medians of {arguments.runs} runs")
        for further in ([], ["--fast"]):
            subject = sqs.Subject.rivulet(arguments.build, *further)
            try:
                print(f"\n{subject.name}")
                report(subject, load, code, folder, arguments, wanted)
            finally:
                subject.stop()


def report(subject, load, code, folder, arguments, wanted):
    runs = range(arguments.runs)
    if "latency" in wanted:
        p50, p99 = medians([latency(subject, code, folder, arguments.sends) for _ in runs])
        print(f"  send to handler                       p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    if "throughput" in wanted:
        rate, cpu = medians([throughput(subject, load, code, folder, arguments.messages) for _ in runs])
        print(f"  through a no-op function, by tens     {rate:,.0f} messages/s, {cpu:.0f} µs of server CPU a message")
    if "wake" in wanted:
        wakes = [load.run(subject, subject.queue(), "wake", 300) for _ in runs]
        p50, p99 = medians([(wake["p50_ms"], wake["p99_ms"]) for wake in wakes])
        print(f"  long-poll wake-up                     p50 {p50:.2f} ms, p99 {p99:.2f} ms")


if __name__ == "__main__":
    main()
