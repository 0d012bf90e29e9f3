import TestSupport

@testable import DynamoDB

/// Pseudo-random choices from a seed.
struct Random: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> UInt64 {
        generator.next()
    }

    mutating func below(_ bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &self)
    }

    mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// Of any length and, mostly, of a magnitude near one.
    mutating func number() -> DecimalNumber {
        let digits = 1 + below(chance(20) ? 38 : 4)
        var text = chance(50) ? "-" : ""
        for _ in 0..<digits { text += "\(below(10))" }
        let exponent = chance(20) ? below(200) - 120 : below(5) - 3
        return (try? DecimalNumber(parsing: "\(text)e\(exponent)")) ?? .zero
    }

    /// A value of any type, its collections no deeper than `depth`.
    mutating func value(depth: Int = 2) -> AttributeValue {
        switch below(depth > 0 ? 10 : 8) {
        case 0: .string(Text(pick(["", "a", "ab", "b", "é", "e\u{301}", "😀"])))
        case 1: .number(number())
        case 2: .binary((0..<below(4)).map { _ in UInt8(below(256)) })
        case 3: .bool(chance(50))
        case 4: .null
        case 5: .stringSet(Array(Set((0...below(3)).map { _ in Text(pick(["a", "b", "c", "d"])) })).sorted())
        case 6: .numberSet(Array(Set((0...below(3)).map { _ in DecimalNumber(below(5)) })).sorted())
        case 7: .binarySet([[UInt8(below(256))]])
        case 8: .list((0..<below(4)).map { _ in value(depth: depth - 1) })
        default:
            .map(AttributeMap((0..<below(4)).map { _ in (Text(pick(["x", "y", "z"])), value(depth: depth - 1)) }))
        }
    }
}
