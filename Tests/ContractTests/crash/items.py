"""One client with items of its own: transactions over three of them, and single puts."""

from crash.message import Violation
from crash.wire import Unanswered

TABLE = "crash"


def make_table(wire):
    wire.call(
        "dynamodb", "CreateTable", TableName=TABLE, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")])


class ItemClient:
    def __init__(self, number, chance):
        self.name, self.chance = f"client-{number}", chance
        self.transactions = self.puts = 0
        self.doubt = None
        self.checked = ""
        self.counts = {}

    def key(self, sort):
        return {"pk": {"S": self.name}, "sk": {"S": sort}}

    def work(self, wire):
        try:
            while True:
                (self.transact if self.chance.random() < 0.5 else self.put)(wire)
                self.doubt = None
        except Unanswered:
            return

    def transact(self, wire):
        """Counts two items up and adds a third: all of it or nothing."""
        self.doubt = "transaction"
        update = {
            "TableName": TABLE, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
        wire.call("dynamodb", "TransactWriteItems", TransactItems=[
            {"Update": {**update, "Key": self.key("counter-a")}}, {"Update": {**update, "Key": self.key("counter-b")}},
            {"Put": {"TableName": TABLE, "Item": self.key(f"t-{self.transactions:08}")}}])
        self.transactions += 1
        self.counts["transactions"] = self.counts.get("transactions", 0) + 1

    def put(self, wire):
        self.doubt = "put"
        wire.call("dynamodb", "PutItem", TableName=TABLE, Item=self.key(f"p-{self.puts:08}"))
        self.puts += 1
        self.counts["puts"] = self.counts.get("puts", 0) + 1

    def check(self, wire, everything=False):
        done = self.transactions + self.settled("t-", self.transactions, "transaction", wire, everything)
        for counter in ("counter-a", "counter-b"):
            item = wire.call("dynamodb", "GetItem", TableName=TABLE, Key=self.key(counter)).get("Item", {"n": {"N": "0"}})
            if int(item["n"]["N"]) != done:
                raise Violation(f"{self.name}: {counter} stands at {item['n']['N']}, {done} transactions have happened")
        self.transactions = done
        self.puts += self.settled("p-", self.puts, "put", wire, everything)
        self.doubt = None

    def settled(self, prefix, count, kind, wire, everything):
        """Checks that the items of so many calls are there; 1 when the call in doubt has happened, too."""
        first = 0 if everything else max(0, count - 50)
        found, start = [], {}
        while True:
            page = wire.call(
                "dynamodb", "Query", TableName=TABLE, KeyConditionExpression="pk = :pk AND sk BETWEEN :from AND :to",
                ExpressionAttributeValues={
                    ":pk": {"S": self.name}, ":from": {"S": f"{prefix}{first:08}"}, ":to": {"S": f"{prefix}99999999"}},
                **start)
            found += [item["sk"]["S"] for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        expected = [f"{prefix}{number:08}" for number in range(first, count)]
        if found == expected:
            return 0
        if self.doubt == kind and found == [*expected, f"{prefix}{count:08}"]:
            return 1
        raise Violation(f"{self.name}: items {set(expected) ^ set(found)} are lost or came from nowhere ({self.doubt})")
