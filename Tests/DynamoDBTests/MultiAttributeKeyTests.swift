import AWSProtocol
import Foundation
import Testing

@testable import DynamoDB

@Suite struct `Keys of several attributes` {
    private static let schema = KeySchema(
        KeyAttribute("h1", .string), further: [KeyAttribute("h2", .number)],
        sortKeys: [KeyAttribute("r1", .string), KeyAttribute("r2", .binary), KeyAttribute("r3", .number)])

    private static func item(_ random: inout Random) -> Item {
        func bytes(_ random: inout Random) -> [UInt8] {
            (0...random.below(2)).map { _ in random.pick([0, 1, 2, 255]) }
        }
        return [
            "h1": .string(random.pick(["a", "a\u{0}", "a\u{1}", "b"])), "h2": .number(random.pick([-1, 0, 1])),
            "r1": .string(random.pick(["x", "x\u{0}", "x\u{0}\u{1}", "xy"])), "r2": .binary(bytes(&random)),
            "r3": .number(random.number()),
        ]
    }

    /// -1, 0 or 1 as the attributes say, one after the other.
    private static func order(_ left: Item, _ right: Item, _ attributes: [KeyAttribute]) -> Int {
        for attribute in attributes {
            guard let a = left[attribute.name], let b = right[attribute.name], let order = a.order(to: b) else {
                continue
            }
            if order != 0 { return order.signum() }
        }
        return 0
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `bytes are in the order of the first attribute, then of the next`(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<2000 {
            let (left, right) = (Self.item(&random), Self.item(&random))
            let a = try #require(EncodedKey(of: left, Self.schema)),
                b = try #require(EncodedKey(of: right, Self.schema))
            #expect(compareBytes(a.sort, b.sort).signum() == Self.order(left, right, Self.schema.sortKeys))
            #expect((a.partition == b.partition) == (Self.order(left, right, Self.schema.partitionKeys) == 0))
        }
    }

    private static func comparison(
        _ random: inout Random, _ low: AttributeValue, _ high: AttributeValue
    ) -> KeyCondition.Comparison {
        switch random.below(low.type == .number ? 6 : 7) {
        case 0: .equal(low)
        case 1: .less(low)
        case 2: .lessOrEqual(low)
        case 3: .greater(low)
        case 4: .greaterOrEqual(low)
        case 5: .between(low, high)
        default: .beginsWith(low)
        }
    }

    @Test(arguments: [4, 5, 6] as [UInt64])
    func `a range of bytes holds what its conditions hold for`(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<2000 {
            let (some, other, candidate) = (Self.item(&random), Self.item(&random), Self.item(&random))
            let depth = 1 + random.below(3)
            var conditions = Self.schema.sortKeys.prefix(depth - 1).compactMap { attribute in
                some[attribute.name].map { KeyCondition(name: attribute.name, comparison: .equal($0)) }
            }
            let last = Self.schema.sortKeys[depth - 1]
            let bounds = [some, other].compactMap { $0[last.name] }.sorted { ($0.order(to: $1) ?? 0) < 0 }
            let comparison = Self.comparison(&random, bounds[0], bounds[1])
            conditions.append(KeyCondition(name: last.name, comparison: comparison))
            var range = KeyRange(space: .table(1))
            try range.narrow(conditions, Self.schema)
            let key = try #require(EncodedKey(of: candidate, Self.schema)).sort
            #expect(range.holds(key) == conditions.allSatisfy { $0.condition.holds(for: candidate) }, "\(conditions)")
        }
    }

    @Test func `a schema is kept with all of its attributes, and an old one is read`() throws {
        let kept = try JSONDecoder().decode(KeySchema.self, from: JSONEncoder().encode(Self.schema))
        #expect(kept == Self.schema)
        let simple = KeySchema(partitionKey: KeyAttribute("pk", .string), sortKey: KeyAttribute("sk", .number))
        let text = String(decoding: try JSONEncoder().encode(simple), as: UTF8.self)
        #expect(!text.contains("further"))
        #expect(try JSONDecoder().decode(KeySchema.self, from: Data(text.utf8)) == simple)
    }
}

extension KeyRange {
    fileprivate func holds(_ key: [UInt8]) -> Bool {
        if let lower, compareBytes(key, lower.key) < (lower.isInclusive ? 0 : 1) { return false }
        if let upper, compareBytes(key, upper.key) > (upper.isInclusive ? 0 : -1) { return false }
        return true
    }
}
