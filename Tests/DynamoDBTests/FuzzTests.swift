import AWSProtocol
import Testing

@testable import DynamoDB

/// Random expressions and bytes: everything is answered, nothing is a fault of ours.
@Suite struct `Random input` {
    private static let words = [
        "a", "b", "#n", ":s", ":n", ":l", "AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE", "(",
        ")",
        "[", "]", "0", "1", "99999999999999999999", ".", ",", "=", "<>", "<", "<=", ">", ">=", "+", "-", "size",
        "attribute_exists", "attribute_type", "begins_with", "contains", "if_not_exists", "list_append", "name", "_",
        "!",
        "é", "😀", "#", ":", " ", "\t", "\"",
    ]

    /// A condition that the grammar allows, with now and then a word out of place.
    private static func condition(_ random: inout Random, depth: Int) -> String {
        if random.chance(2) { return random.pick(words) }
        if depth > 0, random.chance(50) {
            let inner = condition(&random, depth: depth - 1)
            return switch random.below(4) {
            case 0: "(\(inner))"
            case 1: "NOT \(inner)"
            default: "\(inner) \(random.pick(["AND", "OR"])) \(condition(&random, depth: depth - 1))"
            }
        }
        let (left, right) = (operand(&random), operand(&random))
        return switch random.below(6) {
        case 0: "\(left) BETWEEN \(right) AND \(operand(&random))"
        case 1: "\(left) IN (\(right), \(operand(&random)))"
        case 2: "attribute_exists(\(left))"
        case 3: "\(random.pick(["begins_with", "contains", "attribute_type"]))(\(left), \(right))"
        default: "\(left) \(random.pick(["=", "<>", "<", "<=", ">", ">="])) \(right)"
        }
    }

    private static func operand(_ random: inout Random) -> String {
        random.pick(["a", "b.c", "a[1]", "#n", "#n.x[0]", ":s", ":n", ":l", "size(a)", "size(#n)", "(a)", "missing"])
    }

    private static func attributes(_ random: inout Random) -> ExpressionAttributes {
        ExpressionAttributes(
            names: [("#n", "b")], values: [(":s", .string("x")), (":n", .number(1)), (":l", random.value())])
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `words in any order are read or refused`(seed: UInt64) {
        var random = Random(seed: seed)
        for _ in 0..<150 {
            let text = (0...random.below(14)).map { _ in random.pick(Self.words) }.joined(
                separator: random.pick(["", " "]))
            var attributes = Self.attributes(&random)
            if let syntax = try? ConditionParser.parse(text, limits: .aws) {
                _ = try? ConditionCheck.check(syntax, &attributes)
            }
            _ = try? ProjectionExpression.parse(text, &attributes, limits: .aws)
            _ = try? UpdateParser.parse(text, &attributes, limits: .aws)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `a condition that is taken holds or does not`(seed: UInt64) {
        var random = Random(seed: seed)
        var taken = 0
        for _ in 0..<150 {
            let text = Self.condition(&random, depth: 3)
            var attributes = Self.attributes(&random)
            guard let syntax = try? ConditionParser.parse(text, limits: .aws),
                let condition = try? ConditionCheck.check(syntax, &attributes)
            else { continue }
            taken += 1
            let item: Item = ["a": random.value(), "b": random.value(), "n": random.value()]
            let holds = condition.holds(for: item)
            #expect(ConditionExpression.not(condition).holds(for: item) == !holds)
            #expect(ConditionExpression.and([condition, condition]).holds(for: item) == holds)
            #expect(ConditionExpression.or([condition, .not(condition)]).holds(for: item))
        }
        #expect(taken > 20)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `updates keep to the rules of items`(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<100 {
            let item: Item = ["a": random.value(), "b": random.value(), "c": .number(1), "l": .list([random.value()])]
            let update = random.pick([
                "SET a = b REMOVE b", "SET a.x = :s, b[0] = :n", "ADD c :n", "DELETE a :ss", "ADD a :ss",
                "SET l[5] = :n, l[3] = :s REMOVE l[0]", "SET c = c - :n", "SET l = list_append(l, :l)",
                "SET d = if_not_exists(d, a) REMOVE a.x, a.y", "REMOVE l[0], b",
            ])
            var attributes = ExpressionAttributes(values: [
                (":s", .string("x")), (":n", .number(1)), (":l", .list([random.value()])),
                (":ss", .stringSet(["a", "b"])),
            ])
            let parsed = try UpdateParser.parse(update, &attributes, limits: .aws)
            guard let new = try? parsed.apply(to: item, exists: true) else { continue }
            let decoded = try ItemCodec.encode(new).withUnsafeBytes { try ItemCodec.decode($0) }
            #expect(decoded == new)
            #expect(try Item(wire: new.wire) == new)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `values keep through wire and storage, and damaged bodies are found out`(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<100 {
            let item = Item((0..<random.below(5)).map { (Text("a\($0)"), random.value(depth: 3)) })
            #expect(try Item(wire: try JSONValue(parsing: item.wire.bytes)) == item)
            var bytes = ItemCodec.encode(item)
            #expect(try bytes.withUnsafeBytes { try ItemCodec.decode($0) } == item)
            bytes[random.below(bytes.count)] = UInt8(random.below(256))
            if random.chance(30) { bytes.removeLast() }
            // Whatever comes out, it must come out.
            _ = try? bytes.withUnsafeBytes { try ItemCodec.decode($0) }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `any JSON gets an answer that is no fault of ours`(seed: UInt64) async throws {
        let world = try World()
        try await world.makeTable()
        var random = Random(seed: seed)
        for _ in 0..<40 {
            let operation = random.pick(DynamoDBOperation.allCases)
            let response = await world.answer(operation.rawValue, Self.json(&random, depth: 4))
            #expect(response.status == 200 || response.status == 400 || response.status == 501)
        }
    }

    private static let memberNames = [
        "TableName", "Key", "Item", "pk", "S", "N", "L", "M", "SS", "ExpressionAttributeValues", "RequestItems",
        "table",
        "TransactItems", "Put", "UpdateExpression", "ConditionExpression", "KeyConditionExpression", "Limit", "Tags",
        "ExclusiveStartKey", "Segment", "TotalSegments", "ProvisionedThroughput", "AttributeDefinitions", "KeySchema",
    ]

    private static func json(_ random: inout Random, depth: Int) -> JSONValue {
        let isObject = depth == 4 || random.chance(50)
        if depth > 0, isObject {
            return .object(
                JSONObject(
                    (0..<random.below(6)).map { _ in (random.pick(memberNames), json(&random, depth: depth - 1)) }))
        }
        switch random.below(depth > 0 ? 6 : 5) {
        case 0: return .string(random.pick(["table", "pk", "x", "", "SET a = :s", "pk = :p"]))
        case 1: return .number(random.pick(["0", "1", "-1", "1.5", "1e400", "99999999999999999999"]))
        case 2: return .bool(random.chance(50))
        case 3: return .null
        case 4: return .string("table")
        default: return .array((0..<random.below(3)).map { _ in json(&random, depth: depth - 1) })
        }
    }
}
