/// A DynamoDB number: up to 38 significant decimal digits, magnitude from 1E-130 to below 1E+126, exact.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
///
/// The value is `significand × 10^exponent`. The significand ends in no zero, and zero is neither negative nor scaled,
/// so that equal numbers are equal values.
package struct DecimalNumber: Hashable, Sendable {
    package let isNegative: Bool
    package let significand: UInt128
    package let exponent: Int16

    package static let zero = DecimalNumber(isNegative: false, significand: 0, exponent: 0)
    package static let maximumDigits = 38
    /// The allowed exponents of the leading digit.
    static let magnitudes = -130...125

    /// - Precondition: `significand` ends in no zero and has at most 38 digits; `exponent` is in range.
    init(isNegative: Bool, significand: UInt128, exponent: Int16) {
        self.isNegative = isNegative
        self.significand = significand
        self.exponent = exponent
    }

    package init(_ integer: Int) {
        let parts = Self.normalized(UInt128(integer.magnitude), exponent: 0)
        self.init(isNegative: integer < 0, significand: parts.significand, exponent: Int16(parts.exponent))
    }

    var isZero: Bool { significand == 0 }
    var digitCount: Int { Self.digitCount(significand) }
    /// The exponent of the leading digit: 2 for 123.
    var magnitude: Int { digitCount - 1 + Int(exponent) }

    /// The value as whole seconds, rounded towards zero; nil when it does not fit.
    package var integer: Int64? {
        var value = significand
        if exponent < 0 {
            guard -Int(exponent) < Self.powersOfTen.count else { return 0 }
            value /= Self.powersOfTen[-Int(exponent)]
        } else {
            guard magnitude < 19 else { return nil }
            value *= Self.powersOfTen[Int(exponent)]
        }
        guard value <= UInt128(Int64.max) else { return nil }
        return isNegative ? -Int64(value) : Int64(value)
    }

    static let powersOfTen: [UInt128] = (0...38).reduce(into: []) { powers, _ in
        powers.append((powers.last ?? 0) == 0 ? 1 : powers[powers.count - 1] * 10)
    }

    static func digitCount(_ value: UInt128) -> Int {
        if value < 10 { return value == 0 ? 0 : 1 }
        return powersOfTen.firstIndex { value < $0 } ?? 39
    }

    /// Takes the trailing zeros out of a significand.
    static func normalized(_ significand: UInt128, exponent: Int) -> (significand: UInt128, exponent: Int) {
        guard significand != 0 else { return (0, 0) }
        var value = significand
        var exponent = exponent
        while true {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { return (value, exponent) }
            value = quotient
            exponent += 1
        }
    }
}

/// Why a text or a result is no DynamoDB number.
package enum NumberFailure: Error, Equatable {
    case notNumeric
    case overflow
    case underflow
    case tooManyDigits
}

extension DecimalNumber {
    /// Reads `-12.50E+3` and its like, in the spelling that Java's BigDecimal takes.
    package init(parsing text: some StringProtocol) throws(NumberFailure) {
        var reader = NumberReader(bytes: Array(text.utf8))
        let (isNegative, significand, exponent, digits) = try reader.read()
        // Zero is out of range, too, by the exponent that it is written with.
        let magnitude = max(digits, 1) - 1 + exponent
        if magnitude > Self.magnitudes.upperBound { throw .overflow }
        if magnitude < Self.magnitudes.lowerBound { throw .underflow }
        if digits > Self.maximumDigits { throw .tooManyDigits }
        if digits == 0 {
            self = .zero
            return
        }
        self.init(isNegative: isNegative, significand: significand, exponent: Int16(exponent))
    }

    /// The number without an exponent: `1200`, `-0.05`.
    package var text: String {
        var output: [UInt8] = []
        write(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    func write(to output: inout [UInt8]) {
        if isNegative { output.append(UInt8(ascii: "-")) }
        let start = output.count
        writeDigits(to: &output)
        guard exponent < 0 else {
            return output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Int(exponent)))
        }
        let point = output.count + Int(exponent)
        if point > start {
            output.insert(UInt8(ascii: "."), at: point)
        } else {
            let zeros = repeatElement(UInt8(ascii: "0"), count: start - point)
            output.insert(contentsOf: Array("0.".utf8) + zeros, at: start)
        }
    }

    private func writeDigits(to output: inout [UInt8]) {
        guard let small = UInt64(exactly: significand) else { return output.append(contentsOf: "\(significand)".utf8) }
        let start = output.count
        var rest = small
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        output[start...].reverse()
    }

    /// What the number adds to an item's size in bytes: a byte, half a byte for each digit on either side of the
    /// point, and one for the sign. (AWS's guide rounds otherwise; measured at the 400 KB limit, this is the rule.)
    package var sizeInBytes: Int {
        guard !isZero else { return 1 }
        let digits = digitCount
        let whole = exponent >= 0 ? digits : max(0, digits + Int(exponent))
        let fraction = exponent >= 0 ? 0 : (whole == 0 ? digits : -Int(exponent))
        return 1 + (whole + 1) / 2 + (fraction + 1) / 2 + (isNegative ? 1 : 0)
    }
}

extension DecimalNumber: Comparable {
    package static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? isSmaller(right, left) : isSmaller(left, right)
    }

    /// Compares absolute values.
    private static func isSmaller(_ left: DecimalNumber, _ right: DecimalNumber) -> Bool {
        if left.isZero || right.isZero { return left.isZero && !right.isZero }
        if left.magnitude != right.magnitude { return left.magnitude < right.magnitude }
        let digits = (left.digitCount, right.digitCount)
        let widest = max(digits.0, digits.1)
        return left.significand * powersOfTen[widest - digits.0] < right.significand * powersOfTen[widest - digits.1]
    }
}

extension DecimalNumber {
    /// The exact sum; `.overflow` also when it needs more than 38 digits, which is what AWS says then.
    package static func + (left: DecimalNumber, right: DecimalNumber) throws(NumberFailure) -> DecimalNumber {
        if left.isZero { return right }
        if right.isZero { return left }
        let exponent = min(Int(left.exponent), Int(right.exponent))
        let (first, second) = (try left.scaled(to: exponent), try right.scaled(to: exponent))
        let isNegative: Bool
        let significand: UInt128
        if left.isNegative == right.isNegative {
            // Both are below 3.5E38; a sum past that needs more than 38 digits in any case.
            let (sum, overflow) = first.addingReportingOverflow(second)
            if overflow { throw .overflow }
            (isNegative, significand) = (left.isNegative, sum)
        } else if first >= second {
            (isNegative, significand) = (left.isNegative, first - second)
        } else {
            (isNegative, significand) = (right.isNegative, second - first)
        }
        return try checked(isNegative: isNegative, significand: significand, exponent: exponent)
    }

    package static func - (left: DecimalNumber, right: DecimalNumber) throws(NumberFailure) -> DecimalNumber {
        let negated = DecimalNumber(
            isNegative: !right.isNegative && !right.isZero, significand: right.significand, exponent: right.exponent)
        return try left + negated
    }

    private func scaled(to exponent: Int) throws(NumberFailure) -> UInt128 {
        let shift = Int(self.exponent) - exponent
        guard shift < Self.powersOfTen.count else { throw .overflow }
        let (value, overflow) = significand.multipliedReportingOverflow(by: Self.powersOfTen[shift])
        if overflow { throw .overflow }
        return value
    }

    private static func checked(
        isNegative: Bool, significand: UInt128, exponent: Int
    ) throws(NumberFailure) -> DecimalNumber {
        guard significand != 0 else { return .zero }
        let parts = normalized(significand, exponent: exponent)
        let digits = digitCount(parts.significand)
        let magnitude = digits - 1 + parts.exponent
        if magnitude > magnitudes.upperBound || digits > maximumDigits { throw .overflow }
        if magnitude < magnitudes.lowerBound { throw .underflow }
        return DecimalNumber(
            isNegative: isNegative, significand: parts.significand, exponent: Int16(parts.exponent))
    }
}

/// Reads the parts of a number's text: sign, digits without the zeros at either end, exponent of the last digit.
private struct NumberReader {
    let bytes: [UInt8]
    var position = 0
    private var significand: UInt128 = 0
    private var digits = 0
    private var pendingZeros = 0
    private var sawDigit = false
    private var exponent = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func read() throws(NumberFailure) -> (Bool, UInt128, Int, Int) {
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        readDigits(fraction: false)
        if take(UInt8(ascii: ".")) { readDigits(fraction: true) }
        guard sawDigit else { throw .notNumeric }
        let written = try readExponent()
        guard position == bytes.count else { throw .notNumeric }
        return (isNegative, significand, exponent + pendingZeros + written, digits)
    }

    private mutating func readDigits(fraction: Bool) {
        while position < bytes.count, (48...57).contains(bytes[position]) {
            sawDigit = true
            if fraction { exponent -= 1 }
            add(digit: bytes[position] - 48)
            position += 1
        }
    }

    private mutating func add(digit: UInt8) {
        if digit == 0 {
            if digits > 0 { pendingZeros += 1 }
            return
        }
        digits += pendingZeros + 1
        // Beyond 38 digits the number is refused, so only their count matters from there on.
        if digits <= DecimalNumber.maximumDigits {
            significand = significand * DecimalNumber.powersOfTen[pendingZeros + 1] + UInt128(digit)
        }
        pendingZeros = 0
    }

    private mutating func readExponent() throws(NumberFailure) -> Int {
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return 0 }
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        let start = position
        while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
        guard let value = Int64(String(decoding: bytes[start..<position], as: UTF8.self)) else { throw .notNumeric }
        let exponent = Int(min(value, 1_000_000))
        return isNegative ? -exponent : exponent
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }
}
