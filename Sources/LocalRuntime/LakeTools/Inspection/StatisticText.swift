import Lake

/// A minimum or maximum as a person reads it.
enum StatisticText {
    /// The statistic's bytes by the column's annotation; hexadecimal where no rule says better.
    static func text(_ bytes: [UInt8], _ node: SchemaNode) -> String {
        switch node.physicalType {
        case 0: bytes.count == 1 ? (bytes[0] == 0 ? "false" : "true") : hexadecimal(bytes)
        case 1: integer(bytes, 4).map { whole($0, bits: 32, node) } ?? hexadecimal(bytes)
        case 2: integer(bytes, 8).map { whole($0, bits: 64, node) } ?? hexadecimal(bytes)
        case 4: integer(bytes, 4).map { "\(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))" } ?? hexadecimal(bytes)
        case 5: integer(bytes, 8).map { "\(Double(bitPattern: UInt64(bitPattern: $0)))" } ?? hexadecimal(bytes)
        default: characters(bytes, node)
        }
    }

    /// Little endian, sign extended from its size.
    private static func integer(_ bytes: [UInt8], _ size: Int) -> Int64? {
        guard bytes.count == size else { return nil }
        let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }

    private static func whole(_ value: Int64, bits: Int, _ node: SchemaNode) -> String {
        switch (node.logicalType, node.convertedType) {
        case (.date, _), (nil, 6): CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: value)).description
        case (.timestamp(let unit, let isUTC), _): instant(value, unit, isUTC: isUTC)
        case (nil, 9): instant(value, .millis, isUTC: true)
        case (nil, 10): instant(value, .micros, isUTC: true)
        case (.time(let unit, _), _): clock(value, unit)
        case (nil, 7): clock(value, .millis)
        case (nil, 8): clock(value, .micros)
        case (.decimal(let scale, _), _): decimal("\(value)", scale: Int(scale))
        case (nil, 5): decimal("\(value)", scale: Int(node.scale ?? 0))
        case (.integer(_, isSigned: false), _), (nil, 11), (nil, 12), (nil, 13), (nil, 14):
            bits == 32 ? "\(UInt32(truncatingIfNeeded: value))" : "\(UInt64(bitPattern: value))"
        default: "\(value)"
        }
    }

    private static func characters(_ bytes: [UInt8], _ node: SchemaNode) -> String {
        switch (node.logicalType, node.convertedType) {
        case (.string, _), (nil, 0), (.plain("JSON"), _), (.plain("ENUM"), _), (nil, 4), (nil, 19):
            // A maximum cut short may end in half a character, which is repaired as every reader does.
            String(decoding: bytes, as: UTF8.self)
        case (.decimal(let scale, _), _) where bytes.count <= 16 && !bytes.isEmpty:
            decimal("\(bigEndian(bytes))", scale: Int(scale))
        case (nil, 5) where bytes.count <= 16 && !bytes.isEmpty:
            decimal("\(bigEndian(bytes))", scale: Int(node.scale ?? 0))
        case (.plain("UUID"), _) where bytes.count == 16: uuid(bytes)
        default: hexadecimal(bytes)
        }
    }

    private static func bigEndian(_ bytes: [UInt8]) -> Int128 {
        let start: Int128 = bytes[0] & 0x80 == 0 ? 0 : -1
        return bytes.reduce(start) { $0 << 8 | Int128($1) }
    }

    private static func decimal(_ unscaled: String, scale: Int) -> String {
        guard scale > 0, scale < 1000 else { return unscaled }
        let sign = unscaled.hasPrefix("-") ? "-" : ""
        let digits = unscaled.drop { $0 == "-" }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }

    /// `2026-05-01T12:00:00.000Z`, with more digits where the unit has them; without `Z` for local times.
    private static func instant(_ value: Int64, _ unit: LogicalAnnotation.Unit, isUTC: Bool) -> String {
        let (millis, rest) = split(value, unit)
        let text = Instant(milliseconds: millis).description
        return text.dropLast() + rest + (isUTC ? "Z" : "")
    }

    private static func clock(_ value: Int64, _ unit: LogicalAnnotation.Unit) -> String {
        let (millis, rest) = split(value, unit)
        return Instant(milliseconds: millis).description.dropFirst(11).dropLast() + rest
    }

    /// Whole milliseconds, and the digits below them.
    private static func split(_ value: Int64, _ unit: LogicalAnnotation.Unit) -> (Int64, String) {
        let (divisor, digits): (Int64, Int) =
            switch unit {
            case .millis: (1, 0)
            case .micros: (1000, 3)
            case .nanos: (1_000_000, 6)
            }
        let remainder = (value % divisor + divisor) % divisor
        guard digits > 0 else { return (value, "") }
        return ((value - remainder) / divisor, String("\(divisor + remainder)".dropFirst()))
    }

    private static func uuid(_ bytes: [UInt8]) -> String {
        let digits = hexadecimal(bytes).dropFirst(2)
        var (parts, rest): ([Substring], Substring) = ([], digits)
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "0x") { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
    }
}
