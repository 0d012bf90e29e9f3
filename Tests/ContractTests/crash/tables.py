"""One client with items of its own in two tables, and accounts that it shares with the others."""

from crash.message import Violation
from crash.wire import Refused, Unanswered

TABLES = ("crash-left", "crash-right")
ACCOUNTS = [f"account-{number}" for number in range(5)]
KINDS = 3
ITEMS = 30


def key_schema(partition, sort):
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def make_tables(wire):
    for table in TABLES:
        wire.call(
            "dynamodb", "CreateTable", TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=key_schema("pk", "sk"),
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
                {"AttributeName": "kind", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
            GlobalSecondaryIndexes=[
                {"IndexName": "kinds", "KeySchema": key_schema("kind", "n"), "Projection": {"ProjectionType": "ALL"}}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            LocalSecondaryIndexes=[
                {"IndexName": "order", "KeySchema": key_schema("pk", "n"), "Projection": {"ProjectionType": "KEYS_ONLY"}}])
    for account in ACCOUNTS:
        wire.call("dynamodb", "PutItem", TableName=TABLES[0], Item=account_key(account) | {"n": {"N": "0"}})


def account_key(account):
    return {"pk": {"S": "accounts"}, "sk": {"S": account}}


def check_accounts(wire, clients):
    """Each account stands where all transfers that have happened have brought it."""
    found = {item["sk"]["S"]: int(item["n"]["N"]) for item in query(wire, TABLES[0], "pk", "accounts")}
    expected = {account: sum(client.moved.get(account, 0) for client in clients) for account in ACCOUNTS}
    if found != expected:
        raise Violation(f"the accounts stand at {found}; the transfers that happened make {expected}")


def query(wire, table, attribute, value, **members):
    """Every item under a partition key."""
    items, start = [], {}
    while True:
        page = wire.call(
            "dynamodb", "Query", TableName=table, KeyConditionExpression=f"{attribute} = :value",
            ExpressionAttributeValues={":value": {"S": value}}, **members, **start)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            return items
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


class Doubt:
    """A call that was not answered: what it would have changed, and whether wholly or not at all."""

    def __init__(self, changes, is_atomic, transfer, repeat):
        self.changes, self.is_atomic, self.transfer, self.repeat = changes, is_atomic, transfer, repeat


class TableClient:
    def __init__(self, number, chance):
        self.name, self.chance = f"client-{number}", chance
        self.items = {}  # (table, sort key) to the item; what is not there has none
        self.moved = {}  # account to what this client's transfers have added to it
        self.serial = 0
        self.doubt = None
        self.counts = {}
        self.steps = [
            self.put, self.update, self.update, self.delete, self.write_batch, self.transact, self.transact]

    def do_each_step(self, wire):
        self.wire = wire
        for step in self.steps:
            step()

    def work(self, wire):
        self.wire = wire
        try:
            while True:
                self.chance.choice(self.steps)()
        except Unanswered:
            return

    def count(self, what, number=1):
        self.counts[what] = self.counts.get(what, 0) + number

    def call(self, operation, **members):
        return self.wire.call("dynamodb", operation, **members)

    def attempt(self, operation, changes, is_atomic=True, transfer=None, refusal=None, **members):
        """Makes a call that must have these changes, or be refused with this code."""
        changes = {} if refusal else {spot: item for spot, item in changes.items() if self.items.get(spot) != item}
        repeat = members if "ClientRequestToken" in members else None
        self.doubt = Doubt(changes, is_atomic, {} if refusal else transfer or {}, None if refusal else repeat)
        try:
            answer = self.call(operation, **members)
        except Refused as error:
            if error.code != refusal:
                raise
            self.doubt = None
            return self.count("conditions that failed")
        if refusal:
            raise Violation(f"{operation} was to be refused with {refusal}: {members}")
        if answer.get("UnprocessedItems"):
            raise Violation(f"{operation} left something out: {answer}")
        self.apply(self.doubt)
        self.doubt = None

    def apply(self, doubt):
        for spot, item in doubt.changes.items():
            if item is None:
                del self.items[spot]
            else:
                self.items[spot] = item
        for account, amount in doubt.transfer.items():
            self.moved[account] = self.moved.get(account, 0) + amount

    # What is asked for

    def spots(self, number):
        """Places of items, all different."""
        chosen = self.chance.sample(range(ITEMS * len(TABLES)), number)
        return [(TABLES[place % len(TABLES)], f"item-{place // len(TABLES):02}") for place in chosen]

    def key(self, spot):
        return {"pk": {"S": self.name}, "sk": {"S": spot[1]}}

    def new_item(self, spot):
        self.serial += 1
        item = self.key(spot) | {"n": {"N": str(self.chance.randrange(1000))}, "serial": {"N": str(self.serial)}}
        if self.chance.random() < 0.7:
            item["kind"] = {"S": self.kind()}
        if self.chance.random() < 0.2:
            item["body"] = {"S": f"{self.serial:06}" * self.chance.choice([10, 500, 3000])}
        return item

    def kind(self):
        return f"{self.name}/kind-{self.chance.randrange(KINDS)}"

    def condition(self, spot, must_hold=False):
        """A condition's members, and whether it holds."""
        known = self.items.get(spot)
        if known is None or self.chance.random() < 0.3:
            exists = known is not None if must_hold else self.chance.random() < 0.5
            function = "attribute_exists" if exists else "attribute_not_exists"
            return {"ConditionExpression": f"{function}(pk)"}, exists == (known is not None)
        holds = must_hold or self.chance.random() < 0.5
        serial = known["serial"]["N"] if holds else "-1"
        return {
            "ConditionExpression": "serial = :serial", "ExpressionAttributeValues": {":serial": {"N": serial}}}, holds

    def new_put(self, spot):
        item = self.new_item(spot)
        return {"Item": item}, item

    def new_update(self, spot):
        """Counts up, and takes the item into an index, out of it, or to another place of it."""
        self.serial += 1
        by, item = self.chance.randint(1, 9), dict(self.items.get(spot) or self.key(spot))
        item["n"] = {"N": str(int(item.get("n", {"N": "0"})["N"]) + by)}
        item["serial"] = {"N": str(self.serial)}
        expression, values = "SET serial = :now ADD n :by", {":now": item["serial"], ":by": {"N": str(by)}}
        if self.chance.random() < 0.5:
            item["kind"] = values[":kind"] = {"S": self.kind()}
            expression = "SET serial = :now, kind = :kind ADD n :by"
        elif self.chance.random() < 0.5:
            item.pop("kind", None)
            expression += " REMOVE kind"
        return {"Key": self.key(spot), "UpdateExpression": expression, "ExpressionAttributeValues": values}, item

    def new_delete(self, spot):
        return {"Key": self.key(spot)}, None

    @staticmethod
    def joined(members, condition):
        values = members.get("ExpressionAttributeValues", {}) | condition.get("ExpressionAttributeValues", {})
        return members | condition | ({"ExpressionAttributeValues": values} if values else {})

    def single(self, operation, make):
        [spot] = self.spots(1)
        members, item = make(spot)
        refusal = None
        if self.chance.random() < 0.4:
            condition, holds = self.condition(spot)
            members = self.joined(members, condition)
            refusal = None if holds else "ConditionalCheckFailedException"
        self.attempt(operation, {spot: item}, refusal=refusal, TableName=spot[0], **members)

    def put(self):
        self.single("PutItem", self.new_put)
        self.count("puts")

    def update(self):
        self.single("UpdateItem", self.new_update)
        self.count("updates")

    def delete(self):
        self.single("DeleteItem", self.new_delete)
        self.count("deletes")

    def write_batch(self):
        """Puts and deletes in both tables; AWS promises nothing of the whole, so each is looked at for itself."""
        requests, changes = {}, {}
        for spot in self.spots(self.chance.choice([2, 8, 25])):
            if self.chance.random() < 0.7:
                changes[spot] = self.new_item(spot)
                request = {"PutRequest": {"Item": changes[spot]}}
            else:
                changes[spot] = None
                request = {"DeleteRequest": {"Key": self.key(spot)}}
            requests.setdefault(spot[0], []).append(request)
        self.attempt("BatchWriteItem", changes, is_atomic=False, RequestItems=requests)
        self.count("items in batches", len(changes))

    def transact(self):
        """Several items of both tables, a check, and perhaps a transfer between accounts: all or nothing."""
        actions, changes, transfer = [], {}, {}
        [checked, *spots] = self.spots(self.chance.randint(2, 9))
        for spot in spots:
            name, make = self.chance.choice(
                [("Put", self.new_put), ("Update", self.new_update), ("Delete", self.new_delete)])
            members, changes[spot] = make(spot)
            if self.chance.random() < 0.3:
                members = self.joined(members, self.condition(spot, must_hold=True)[0])
            actions.append({name: {"TableName": spot[0], **members}})
        if self.chance.random() < 0.5:
            transfer = self.transfer(actions, changes)
        condition, holds = self.condition(checked, must_hold=self.chance.random() < 0.7)
        check = {"TableName": checked[0], "Key": self.key(checked), **condition}
        actions.insert(self.chance.randrange(len(actions) + 1), {"ConditionCheck": check})
        self.serial += 1
        token = {"ClientRequestToken": f"{self.name}-{self.serial}"} if holds and self.chance.random() < 0.5 else {}
        self.attempt(
            "TransactWriteItems", changes, transfer=transfer, refusal=None if holds else "TransactionCanceledException",
            TransactItems=actions, **token)
        self.count("transactions")
        self.count("items in transactions", len(changes))

    def transfer(self, actions, changes):
        """Two accounts, and an item of this client's own by which it knows afterwards whether the transfer happened."""
        ledger = (TABLES[1], "ledger")
        members, changes[ledger] = self.new_put(ledger)
        actions.append({"Put": {"TableName": ledger[0], **members}})
        source, target = self.chance.sample(ACCOUNTS, 2)
        amount = self.chance.randint(1, 100)
        for account, by in ((source, -amount), (target, amount)):
            actions.append({"Update": {
                "TableName": TABLES[0], "Key": account_key(account), "UpdateExpression": "ADD n :by",
                "ExpressionAttributeValues": {":by": {"N": str(by)}}}})
        self.count("transfers")
        return {source: -amount, target: amount}

    # What must be there afterwards

    def check(self, wire):
        self.wire = wire
        found = self.found()
        doubt, self.doubt = self.doubt, None
        if doubt:
            self.settle(doubt, found)
        self.compare(found)
        self.check_indexes()

    def found(self):
        return {
            (table, item["sk"]["S"]): item for table in TABLES
            for item in query(self.wire, table, "pk", self.name, ConsistentRead=True)}

    def settle(self, doubt, found):
        """Takes over what has happened of a call in doubt."""
        happened = {spot: item for spot, item in doubt.changes.items() if found.get(spot) == item}
        if doubt.is_atomic and 0 < len(happened) < len(doubt.changes):
            raise Violation(f"{self.name}: half of a transaction happened: {list(happened)} of {list(doubt.changes)}")
        self.count("calls in doubt that happened" if happened else "calls in doubt that did not")
        if doubt.is_atomic and happened:
            self.apply(doubt)
        elif happened:
            self.apply(Doubt(happened, False, {}, None))
        if doubt.repeat:
            self.repeat(doubt, bool(happened), found)

    def repeat(self, doubt, has_happened, found):
        """With its token, a transaction in doubt is sent again, and must have happened once."""
        self.call("TransactWriteItems", **doubt.repeat)
        if not has_happened:
            self.apply(doubt)
        found.clear()
        found.update(self.found())
        self.count("transactions sent again")

    def compare(self, found):
        for spot in {*self.items, *found}:
            if found.get(spot) != self.items.get(spot):
                raise Violation(f"{self.name}: {spot} was left as {self.items.get(spot)}, and is {found.get(spot)}")

    def check_indexes(self):
        """The indexes hold what the items say, in their order."""
        for table in TABLES:
            own = [item for (place, _), item in self.items.items() if place == table]
            for number in range(KINDS):
                kind = f"{self.name}/kind-{number}"
                self.compare_index(
                    table, "kinds", query(self.wire, table, "kind", kind, IndexName="kinds"),
                    [item for item in own if item.get("kind") == {"S": kind}])
            keys = [{name: item[name] for name in ("pk", "sk", "n")} for item in own]
            self.compare_index(table, "order", query(self.wire, table, "pk", self.name, IndexName="order"), keys)

    def compare_index(self, table, index, found, expected):
        numbers = [int(item["n"]["N"]) for item in found]
        by_key = sorted(found, key=lambda item: item["sk"]["S"])
        if numbers != sorted(numbers) or by_key != sorted(expected, key=lambda item: item["sk"]["S"]):
            raise Violation(f"{self.name}: the index {index} of {table} holds {found}, the items make {expected}")
