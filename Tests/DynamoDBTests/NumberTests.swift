import Testing

@testable import DynamoDB

@Suite struct `Numbers` {
    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("00042", "42"), ("1.0", "1"), ("3.1400", "3.14"), ("1.5E2", "150"), (".5", "0.5"),
        ("5.", "5"), ("+3", "3"), ("1e+5", "100000"), ("0e125", "0"), ("0.0e126", "0"), ("1E-3", "0.001"),
        ("-17.4E37", "-174" + String(repeating: "0", count: 36)),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("1E125", "1" + String(repeating: "0", count: 125)),
        ("1E-130", "0." + String(repeating: "0", count: 129) + "1"),
        ("100.5", "100.5"), ("0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001"),
    ])
    func `a number is told without exponent and without needless zeros`(text: String, told: String) throws {
        #expect(try DecimalNumber(parsing: text).text == told)
    }

    @Test(arguments: [
        ("", NumberFailure.notNumeric), ("dog", .notNumeric), ("-", .notNumeric), ("1e", .notNumeric),
        (" 1", .notNumeric), ("1 ", .notNumeric), ("NaN", .notNumeric), ("Infinity", .notNumeric),
        ("1.2.3", .notNumeric),
        ("0x10", .notNumeric), ("1e126", .overflow), ("-1e126", .overflow), ("11e125", .overflow),
        ("1e-131", .underflow), ("0.9e-130", .underflow), ("1e99999999999", .overflow),
        ("1e100000000000000000000", .notNumeric), ("0e126", .overflow), ("0e-131", .underflow),
        ("123456789012345678901234567890123456789", .tooManyDigits),
        ("3.14159265358979323846264338327950288419", .tooManyDigits),
    ])
    func `what is no number, or none in range, is refused`(text: String, failure: NumberFailure) {
        #expect(throws: failure) { try DecimalNumber(parsing: text) }
    }

    /// The figures were measured on AWS at the limit of an item's size.
    @Test(arguments: [
        ("0", 1), ("1", 2), ("12", 2), ("123", 3), ("1234", 3), ("12345678901234567890123456789012345678", 20),
        ("0042", 2), ("100", 2), ("1010", 3), ("0.0000001", 2), ("1E125", 2), ("1E-100", 2), ("1.5", 3), ("15", 2),
        ("1.200", 3), ("1.234", 4), ("3.14159", 5), ("123456", 4), ("100.5", 4), ("0.15", 2), ("-42", 3), ("-0", 1),
    ])
    func `a number costs by its digits`(text: String, bytes: Int) throws {
        #expect(try DecimalNumber(parsing: text).sizeInBytes == bytes)
    }

    @Test(arguments: [
        ("1", "10000000000000000000000", "10000000000000000000001"), ("0.1", "0.2", "0.3"), ("5", "-5", "0"),
        ("1e38", "-1", "99999999999999999999999999999999999999"), ("-1.5", "1", "-0.5"), ("0", "-7", "-7"),
        ("9.9e125", "-9.8e125", "1" + String(repeating: "0", count: 124)),
    ])
    func `sums are exact`(left: String, right: String, sum: String) throws {
        #expect(try (DecimalNumber(parsing: left) + DecimalNumber(parsing: right)).text == sum)
    }

    @Test(arguments: [
        ("9e125", "9e125"), ("1e50", "1"), ("1e125", "1e-130"), ("99999999999999999999999999999999999999", "0.1"),
    ])
    func `a sum that does not fit overflows`(left: String, right: String) throws {
        let (left, right) = (try DecimalNumber(parsing: left), try DecimalNumber(parsing: right))
        #expect(throws: NumberFailure.overflow) { try left + right }
    }

    @Test func `a difference below the smallest number underflows`() throws {
        let (left, right) = (try DecimalNumber(parsing: "1.1e-130"), try DecimalNumber(parsing: "1e-130"))
        _ = right
        #expect(throws: NumberFailure.underflow) { try left - right }
    }

    /// Ordered by value, of every sign, length and magnitude.
    static let ordered = [
        "-9.9999999999999999999999999999999999999E+125", "-1e100", "-1001", "-1000.5", "-1000", "-999", "-12.5",
        "-12.25",
        "-12", "-1.01", "-1", "-0.5", "-0.05", "-1e-130", "0", "1e-130", "1.1e-130", "0.05", "0.5", "0.55", "1", "1.01",
        "2", "9", "10",
        "12", "12.25", "99", "100", "101", "999", "1000", "1e100", "9.9999999999999999999999999999999999999E+125",
    ]

    @Test func `numbers and their key bytes order by value`() throws {
        let numbers = try Self.ordered.map { try DecimalNumber(parsing: $0) }
        for (index, number) in numbers.enumerated() {
            for (other, next) in numbers.enumerated() {
                #expect((number < next) == (index < other), "\(number.text) \(next.text)")
                let order = compareBytes(number.sortableBytes, next.sortableBytes)
                #expect(order.signum() == (index - other).signum(), "\(number.text) \(next.text)")
            }
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `random numbers keep value, order and bytes`(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<200 {
            let (left, right) = (random.number(), random.number())
            #expect(try DecimalNumber(parsing: left.text) == left)
            #expect((left < right) == (compareBytes(left.sortableBytes, right.sortableBytes) < 0))
            #expect((left == right) == (left.sortableBytes == right.sortableBytes))
            let item: Item = ["n": .number(left)]
            let decoded = try ItemCodec.encode(item).withUnsafeBytes { try ItemCodec.decode($0) }
            #expect(decoded == item)
            if let sum = try? left + right { #expect(try sum - right == left) }
        }
    }
}
