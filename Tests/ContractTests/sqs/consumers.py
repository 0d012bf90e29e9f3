"""Functions that consume queues, and what they saw: the same code on AWS and on an emulator, read from its log."""

import contextlib
import io
import json
import pathlib
import zipfile

BOOTSTRAP = (pathlib.Path(__file__).parent / "consumer.sh").read_text()


def archive():
    """The zip of the one bootstrap."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o100755 << 16
        file.writestr(entry, BOOTSTRAP)
    return buffer.getvalue()


class Consumer(str):
    """The name of a function; what it was invoked with is in its log."""

    def lines(self):
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{self}")
        try:
            messages = [event["message"] for page in pages for event in page["events"]]
        except self.logs.exceptions.ResourceNotFoundException:
            return []
        lines = [json.loads(message) for message in messages if message.startswith(('{"begun"', '{"ended"'))]
        return sorted(lines, key=lambda line: line["at_us"])

    def events(self):
        """The records of each invocation, in the order of the invocations; of a long event their number."""
        return [line["event"]["Records"] for line in self.lines() if "begun" in line]

    def records(self):
        return [record for records in self.events() for record in records]

    def bodies(self):
        return [record["body"] for record in self.records()]

    def most_at_once(self):
        """How many of its invocations overlapped at most."""
        now = most = 0
        for line in self.lines():
            now += 1 if "begun" in line else -1
            most = max(most, now)
        return most


class Consumers:
    def __init__(self, functions, logs, role, prefix):
        self.functions, self.logs, self.role, self.prefix = functions, logs, role, prefix
        self.made = []

    def make(self, answer=None, timeout=2, **variables):
        consumer = Consumer(f"{self.prefix}-{len(self.made)}")
        consumer.logs = self.logs
        if answer is not None:
            variables["ANSWER"] = answer
        self.functions.create_function(
            FunctionName=consumer, Runtime="provided.al2023", Handler="any", Timeout=timeout, Role=self.role,
            Code={"ZipFile": archive()}, Environment={"Variables": variables})
        self.made.append(consumer)
        self.functions.get_waiter("function_active_v2").wait(
            FunctionName=consumer, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        return consumer

    def delete(self):
        for consumer in self.made:
            self.functions.delete_function(FunctionName=consumer)
            with contextlib.suppress(self.logs.exceptions.ResourceNotFoundException):
                self.logs.delete_log_group(logGroupName=f"/aws/lambda/{consumer}")
