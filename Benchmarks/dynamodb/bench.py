"""DynamoDB over HTTP, measured: rates, latencies and server CPU at 16 connections.

    bench.py --build .build/package/release [--runs 3] [--seconds 2] [--peer moto=PATH/moto_server] [--endpoint URL]
             [--depth 1000000]

Items have a partition key, a sort key and five attributes, about 200 bytes in all. Each subject runs alone; what was written
is counted and read back.
"""
import argparse
import http.client
import json
import pathlib
import random
import statistics
import sys
import tempfile
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "load"))
from subjects import Load, Subject, add_arguments, machine, starters  # noqa: E402

SIGNATURE = ("AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/dynamodb/aws4_request, SignedHeaders=host, "
             f"Signature={'0' * 64}")
#: Items of one partition, which a query reads ten of.
GROUP = 100
MODES = ["PutItem", "GetItem", "UpdateItem", "BatchWriteItem", "Query"]
ITEMS = {"BatchWriteItem": 25, "Query": 10}


def call(endpoint, operation, members):
    connection = http.client.HTTPConnection(endpoint.split("//")[1], timeout=600)
    connection.request("POST", "/", json.dumps(members), headers(operation))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{operation} was refused: {answer.status} {body[:300]}")
    return json.loads(body)


def headers(operation):
    return {"X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0",
            "Authorization": SIGNATURE, "X-Amz-Date": "20260301T000000Z"}


def key(number):
    return {"pk": {"S": f"partition-{number // GROUP:09}"}, "sk": {"N": str(number % GROUP)}}


def item(number):
    return {**key(number), "name": {"S": "streamer-of-some-name"}, "viewers": {"N": str(number * 7 % 100_000)},
            "title": {"S": "a title as streams have them, of no great length"}, "live": {"BOOL": True},
            "tags": {"SS": ["english", "speedrun"]}}


def make_table(subject):
    name = f"bench-{uuid.uuid4().hex[:12]}"
    call(subject.endpoint, "CreateTable", {
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}]})
    return name


class Table:
    """A table under load: how many items it holds, and requests for it."""

    def __init__(self, load, subject, name=None, size=0):
        self.load, self.subject = load, subject
        self.name, self.size = name or make_table(subject), size
        self.chance = random.Random(1)

    def members(self, mode, count):
        for _ in range(count):
            if mode in ("PutItem", "BatchWriteItem"):
                start = self.size
                self.size += ITEMS.get(mode, 1)
                puts = [{"PutRequest": {"Item": item(number)}} for number in range(start, self.size)]
                yield ({"RequestItems": {self.name: puts}} if mode == "BatchWriteItem"
                       else {"TableName": self.name, "Item": item(start)})
            elif mode == "GetItem":
                yield {"TableName": self.name, "Key": key(self.chance.randrange(self.size))}
            elif mode == "UpdateItem":
                yield {"TableName": self.name, "Key": key(self.chance.randrange(self.size)),
                       "UpdateExpression": "SET viewers = viewers + :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
            else:
                partition = key(self.chance.randrange(self.size // GROUP) * GROUP)["pk"]
                start = str(self.chance.randrange(GROUP - ITEMS["Query"]))
                yield {"TableName": self.name, "KeyConditionExpression": "pk = :p AND sk >= :s", "Limit": ITEMS["Query"],
                       "ExpressionAttributeValues": {":p": partition, ":s": {"N": start}}}

    def run(self, mode, count):
        head = f"POST / HTTP/1.1\r\nHost: {self.subject.host}\r\n".encode() + b"".join(
            f"{name}: {value}\r\n".encode() for name, value in headers(mode).items())
        expect = {"GetItem": '"Item"', "Query": '"Count":10', "BatchWriteItem": '"UnprocessedItems":{}'}.get(mode, "")
        if not self.subject.folder:
            expect = ""  # others put blanks elsewhere
        requests = ((head, json.dumps(members).encode()) for members in self.members(mode, count))
        result = self.load.run(self.subject, requests, expect)
        return {**result, "items_per_second": result["requests_per_second"] * ITEMS.get(mode, 1)}

    def check(self):
        """That every item is there, each once, by reading the whole table."""
        count, start = 0, None
        while True:
            members = {"TableName": self.name, "Select": "COUNT", **({"ExclusiveStartKey": start} if start else {})}
            page = call(self.subject.endpoint, "Scan", members)
            count, start = count + page["Count"], page.get("LastEvaluatedKey")
            if not start:
                break
        if count != self.size:
            message = f"{self.size} items were written, {count} are there"
            if self.subject.folder:
                raise SystemExit(f"{self.subject.name}: {message}")
            print(f"\n{self.subject.name} counts wrong: {message}")


def measure(load, subject, seconds, runs):
    """How many requests of each mode take about `seconds`, then the medians of so many runs."""
    table, results = Table(load, subject), {mode: [] for mode in MODES}
    table.run("BatchWriteItem", 40)
    counts = {}
    for mode in MODES:
        rate = table.run(mode, 60 if mode != "Query" else 20)["requests_per_second"]
        rate = table.run(mode, max(20, int(rate / 4)))["requests_per_second"]
        counts[mode] = max(20, int(rate * seconds))
    for _ in range(runs):
        for mode in MODES:
            results[mode].append(table.run(mode, counts[mode]))
    table.check()
    return {mode: {name: statistics.median(run[name] for run in results[mode]) for name in results[mode][0]}
            for mode in MODES}, table.size


def report(subject, results, size):
    print(f"\n{subject.name}, {size:,} items at the end")
    print(f"  {'':16}{'requests/s':>12}{'items/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'server CPU µs/request':>24}")
    for mode in MODES:
        row = results[mode]
        cpu = f"{row['cpu_us_per_request']:.0f}" if subject.process else "-"
        print(f"  {mode:16}{row['requests_per_second']:>12,.0f}{row['items_per_second']:>12,.0f}{row['p50_ms']:>9.2f}"
              f"{row['p99_ms']:>9.2f}{cpu:>24}")


def measure_depth(load, build, depth, seconds, runs):
    """The same work on a small table and on one of `depth` items, in turn, so that both see the same machine."""
    subject = Subject.rivulet(build)
    small, large = Table(load, subject), Table(load, subject)
    small.run("BatchWriteItem", 400)
    for _ in range(max(1, depth // 250_000)):
        large.run("BatchWriteItem", 10_000)
    modes = [mode for mode in MODES if mode != "BatchWriteItem"]
    rates = {mode: ([], []) for mode in modes}
    for _ in range(runs):
        for mode in modes:
            for table, found in zip((small, large), rates[mode]):
                found.append(table.run(mode, int(5000 * seconds)))
    print("\nrivulet-local, requests/s (server CPU µs/request) by the items of the table")
    print(f"  {'':16}{10_000:>20,}{large.size:>20,}{'slower':>10}")
    for mode in modes:
        rate = [statistics.median(run["requests_per_second"] for run in found) for found in rates[mode]]
        cpu = [statistics.median(run["cpu_us_per_request"] for run in found) for found in rates[mode]]
        cells = "".join(f"{f'{r:,.0f} ({c:.0f})':>20}" for r, c in zip(rate, cpu))
        print(f"  {mode:16}{cells}{1 - rate[1] / rate[0]:>10.0%}")
    print(f"  resident: {subject.memory_mib():.0f} MiB")
    large.check()
    subject.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--depth", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        load = Load(folder)
        print(machine(arguments.runs))
        for start in starters(arguments):
            subject = start()
            try:
                report(subject, *measure(load, subject, arguments.seconds, arguments.runs))
            finally:
                subject.stop()
        if arguments.depth:
            measure_depth(load, arguments.build, arguments.depth, arguments.seconds, arguments.runs)


if __name__ == "__main__":
    main()
