import AWSProtocol
import Testing

@testable import DynamoDB

/// Random operations on the service and on a dictionary; both must say the same.
@Suite struct `Against a plain model` {
    struct Model {
        var items: [Key: Item] = [:]

        struct Key: Hashable {
            var pk: String
            var sk: Int
        }

        /// The items that have an attribute of type string under `a`, as the index `gsi1` must have them.
        func inIndex(_ value: String) -> Set<Item> {
            Set(items.values.filter { $0["a"] == .string(value) })
        }

        func partition(_ pk: String, _ range: ClosedRange<Int>) -> [Item] {
            items.filter { $0.key.pk == pk && range.contains($0.key.sk) }
                .sorted { $0.key.sk < $1.key.sk }.map(\.value)
        }
    }

    static func makeTable(_ world: World) async throws {
        try await world.call(
            "CreateTable",
            json: """
                {"TableName":"table","BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
                {"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"a","AttributeType":"S"}],
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
                "GlobalSecondaryIndexes":[{"IndexName":"gsi1","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],
                "Projection":{"ProjectionType":"ALL"}}]}
                """)
    }

    static func key(_ random: inout Random) -> (Model.Key, Item) {
        let key = Model.Key(pk: random.pick(["p", "q", "é"]), sk: random.below(7) - 3)
        return (key, ["pk": .string(key.pk), "sk": .number(key.sk)])
    }

    static func item(_ random: inout Random, _ key: Item) -> Item {
        var item = key
        if random.chance(60) { item["a"] = .string(random.pick(["x", "y"])) }
        if random.chance(60) { item["n"] = .number(random.below(10)) }
        if random.chance(40) { item["v"] = random.value() }
        return item
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `the service agrees with a dictionary`(seed: UInt64) async throws {
        let world = try World()
        try await Self.makeTable(world)
        var random = Random(seed: seed)
        var model = Model()
        for _ in 0..<80 { try await Self.step(world, &model, &random) }
        let stored = try await world.service.scanAll(table: "table")
        #expect(Set(stored) == Set(model.items.values))
        #expect(stored.count == model.items.count)
    }

    static func step(_ world: World, _ model: inout Model, _ random: inout Random) async throws {
        let (key, wireKey) = key(&random)
        let old = model.items[key]
        switch random.below(9) {
        case 8: try await transact(world, &model, &random)
        case 0, 1:
            let new = item(&random, wireKey)
            let answer = try await world.call(
                "PutItem", ["TableName": "table", "Item": new.wire, "ReturnValues": "ALL_OLD"])
            #expect(try answer["Attributes"].map { try Item(wire: $0) } == old)
            model.items[key] = new
        case 2:
            let answer = try await world.call(
                "DeleteItem", ["TableName": "table", "Key": wireKey.wire, "ReturnValues": "ALL_OLD"])
            #expect(try answer["Attributes"].map { try Item(wire: $0) } == old)
            model.items[key] = nil
        case 3: try await conditionalPut(world, &model, &random, key, wireKey)
        case 4: try await increment(world, &model, &random, key, wireKey)
        case 5:
            let answer = try await world.call("GetItem", ["TableName": "table", "Key": wireKey.wire])
            #expect(try answer["Item"].map { try Item(wire: $0) } == old)
        case 6: try await queryRange(world, model, &random)
        default: try await queryIndex(world, model, &random)
        }
    }

    /// A put that demands a number at least as great as some other.
    static func conditionalPut(
        _ world: World, _ model: inout Model, _ random: inout Random, _ key: Model.Key, _ wireKey: Item
    ) async throws {
        let (new, bound) = (item(&random, wireKey), random.below(10))
        let old = model.items[key]?["n"]
        let holds = if case .number(let number)? = old { number >= DecimalNumber(bound) } else { false }
        do {
            try await world.call(
                "PutItem",
                [
                    "TableName": "table", "Item": new.wire, "ConditionExpression": "n >= :n",
                    "ExpressionAttributeValues": [":n": AttributeValue.number(bound).wire],
                ])
            #expect(holds)
            model.items[key] = new
        } catch let refusal as Refusal {
            #expect(refusal.code == "ConditionalCheckFailedException")
            #expect(!holds)
        }
    }

    /// A few changes of different items, one of which may demand what is not so: all or nothing.
    static func transact(_ world: World, _ model: inout Model, _ random: inout Random) async throws {
        var changed = model
        var (actions, touched, holds): ([JSONValue], Set<Model.Key>, Bool) = ([], [], true)
        for _ in 0..<(1 + random.below(4)) {
            let (key, wireKey) = key(&random)
            guard touched.insert(key).inserted else { continue }
            let mustExist = random.chance(40)
            let condition: JSONValue = .string(mustExist ? "attribute_exists(pk)" : "attribute_not_exists(n) OR n < :n")
            let isThere = model.items[key] != nil
            let isLess = if case .number(let n)? = model.items[key]?["n"] { n < DecimalNumber(7) } else { true }
            holds = holds && (mustExist ? isThere : isLess)
            var members: JSONObject = ["TableName": "table", "ConditionExpression": condition]
            if !mustExist { members.append("ExpressionAttributeValues", [":n": ["N": "7"]]) }
            if random.chance(60) {
                let new = item(&random, wireKey)
                members.append("Item", new.wire)
                actions.append(["Put": .object(members)])
                changed.items[key] = new
            } else {
                members.append("Key", wireKey.wire)
                actions.append(["Delete": .object(members)])
                changed.items[key] = nil
            }
        }
        do {
            try await world.call("TransactWriteItems", ["TransactItems": .array(actions)])
            #expect(holds)
            model = changed
        } catch let refusal as Refusal {
            #expect(refusal.code == "TransactionCanceledException")
            #expect(!holds)
        }
    }

    static func increment(
        _ world: World, _ model: inout Model, _ random: inout Random, _ key: Model.Key, _ wireKey: Item
    ) async throws {
        let (step, value) = (random.below(9) - 4, random.pick(["x", "y"]))
        var expected = model.items[key] ?? wireKey
        let sum: DecimalNumber
        if case .number(let number)? = expected["n"] {
            sum = try number + DecimalNumber(step)
        } else {
            sum = DecimalNumber(step)
        }
        expected["n"] = .number(sum)
        expected["a"] = .string(value)
        let answer = try await world.call(
            "UpdateItem",
            [
                "TableName": "table", "Key": wireKey.wire, "UpdateExpression": "ADD n :n SET a = :a",
                "ExpressionAttributeValues": [
                    ":n": AttributeValue.number(step).wire, ":a": AttributeValue.string(value).wire,
                ],
                "ReturnValues": "ALL_NEW",
            ])
        #expect(try answer["Attributes"].map { try Item(wire: $0) } == expected)
        model.items[key] = expected
    }

    static func queryRange(_ world: World, _ model: Model, _ random: inout Random) async throws {
        let (pk, from) = (random.pick(["p", "q", "é"]), random.below(7) - 3)
        let to = from + random.below(5)
        let forward = random.chance(50)
        var (found, start): ([Item], JSONValue?) = ([], nil)
        repeat {
            var request: JSONObject = [
                "TableName": "table", "KeyConditionExpression": "pk = :p AND sk BETWEEN :a AND :b",
                "ExpressionAttributeValues": [
                    ":p": AttributeValue.string(pk).wire, ":a": AttributeValue.number(from).wire,
                    ":b": AttributeValue.number(to).wire,
                ],
                "ScanIndexForward": .bool(forward), "Limit": .integer(1 + random.below(4)),
            ]
            if let start { request.append("ExclusiveStartKey", start) }
            let answer = try await world.call("Query", .object(request))
            found += try (answer["Items"]?.array ?? []).map { try Item(wire: $0) }
            start = answer["LastEvaluatedKey"]
        } while start != nil
        let expected = model.partition(pk, from...to)
        #expect(found == (forward ? expected : expected.reversed()))
    }

    static func queryIndex(_ world: World, _ model: Model, _ random: inout Random) async throws {
        let value = random.pick(["x", "y", "z"])
        let answer = try await world.call(
            "Query",
            [
                "TableName": "table", "IndexName": "gsi1", "KeyConditionExpression": "a = :a",
                "ExpressionAttributeValues": [":a": AttributeValue.string(value).wire],
            ])
        let found = try (answer["Items"]?.array ?? []).map { try Item(wire: $0) }
        #expect(Set(found) == model.inIndex(value))
        #expect(found.count == model.inIndex(value).count)
    }
}
