"""A reader of a table's stream, which makes the table anew out of nothing else."""

from crash.message import Violation


class StreamReader:
    def __init__(self, table):
        self.table = table
        self.items = {}
        self.last = None  # the number of the latest record that was read
        self.counts = {}

    def check(self, wire):
        """Reads what has come since, and holds the table against it."""
        for record in self.new_records(wire):
            self.apply(record["dynamodb"])
        found = {self.place(item): item for item in self.scan(wire)}
        for place in {*found, *self.items}:
            if found.get(place) != self.items.get(place):
                raise Violation(f"the stream makes {place} {self.items.get(place)}, the table has {found.get(place)}")

    def new_records(self, wire):
        arn = wire.call("dynamodb", "DescribeTable", TableName=self.table)["Table"]["LatestStreamArn"]
        [shard] = wire.call("dynamodbstreams", "DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if self.last:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self.last}
        iterator = wire.call(
            "dynamodbstreams", "GetShardIterator", StreamArn=arn, ShardId=shard["ShardId"], **start)["ShardIterator"]
        while (page := wire.call("dynamodbstreams", "GetRecords", ShardIterator=iterator))["Records"]:
            yield from page["Records"]
            iterator = page["NextShardIterator"]

    def apply(self, change):
        place = self.place(change["Keys"])
        if change.get("OldImage") != self.items.get(place):
            raise Violation(f"the stream goes from {self.items.get(place)} to {change} at {place}")
        if "NewImage" in change:
            self.items[place] = change["NewImage"]
        else:
            del self.items[place]
        self.last = change["SequenceNumber"]
        self.counts["records of the stream"] = self.counts.get("records of the stream", 0) + 1

    def scan(self, wire):
        start = {}
        while True:
            page = wire.call("dynamodb", "Scan", TableName=self.table, **start)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    @staticmethod
    def place(item):
        return item["pk"]["S"], item["sk"]["S"]
