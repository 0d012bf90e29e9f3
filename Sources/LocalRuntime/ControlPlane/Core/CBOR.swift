import AWSProtocol
import EmulatorClock

/// The part of CBOR that the SDKs send, read into JSON values; times become RFC 3339 texts, and back.
/// https://www.rfc-editor.org/rfc/rfc8949
enum CBOR {
    /// - Throws: `ControlError.unreadable` for anything that is cut off, too deep, or of a kind that SDKs do not send.
    static func decode(_ bytes: [UInt8]) throws -> JSONValue {
        var reader = CBORReader(bytes)
        let value = try reader.value(depth: 0)
        guard reader.isAtEnd else { throw ControlError.unreadable }
        return value
    }

    static func encode(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, named: "", to: &bytes)
        return bytes
    }

    private static func append(_ value: JSONValue, named name: String, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(0xF6)
        case .bool(let value): bytes.append(value ? 0xF5 : 0xF4)
        case .number(let text): append(number: text, to: &bytes)
        case .string(let text):
            if TimeMembers.contains(name), let instant = Timestamp(rfc3339: text) {
                bytes.append(0xC1)
                append(double: Double(instant.milliseconds) / 1000, to: &bytes)
            } else {
                appendHead(major: 3, UInt64(text.utf8.count), to: &bytes)
                bytes.append(contentsOf: text.utf8)
            }
        case .array(let items):
            appendHead(major: 4, UInt64(items.count), to: &bytes)
            items.forEach { append($0, named: name, to: &bytes) }
        case .object(let object):
            appendHead(major: 5, UInt64(object.members.count), to: &bytes)
            for member in object.members {
                append(.string(member.name), named: "", to: &bytes)
                append(member.value, named: member.name, to: &bytes)
            }
        }
    }

    private static func append(number text: String, to bytes: inout [UInt8]) {
        if let integer = Int64(text) {
            appendHead(major: integer < 0 ? 1 : 0, UInt64(integer < 0 ? ~integer : integer), to: &bytes)
        } else {
            append(double: Double(text) ?? .nan, to: &bytes)
        }
    }

    private static func append(double: Double, to bytes: inout [UInt8]) {
        bytes.append(0xFB)
        withUnsafeBytes(of: double.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private static func appendHead(major: UInt8, _ argument: UInt64, to bytes: inout [UInt8]) {
        switch argument {
        case 0..<24: bytes.append(major << 5 | UInt8(argument))
        case 24..<0x1_0000:
            bytes.append(major << 5 | 25)
            withUnsafeBytes(of: UInt16(argument).bigEndian) { bytes.append(contentsOf: $0) }
        default:
            bytes.append(major << 5 | 27)
            withUnsafeBytes(of: argument.bigEndian) { bytes.append(contentsOf: $0) }
        }
    }
}

/// The members of CloudWatch's answers that hold times: RFC 3339 in XML, seconds since the epoch elsewhere.
enum TimeMembers {
    static func contains(_ name: String) -> Bool {
        name.hasSuffix("Timestamp") || name == "Timestamps" || name == "LastModified"
    }

    /// The value with its times as JSON has them.
    static func inSeconds(_ value: JSONValue, named name: String = "") -> JSONValue {
        switch value {
        case .string(let text):
            guard contains(name), let instant = Timestamp(rfc3339: text) else { return value }
            return .double(Double(instant.milliseconds) / 1000)
        case .array(let items): return .array(items.map { inSeconds($0, named: name) })
        case .object(let object):
            return .object(JSONObject(object.members.map { ($0.name, inSeconds($0.value, named: $0.name)) }))
        default: return value
        }
    }
}

private struct CBORReader {
    private let bytes: [UInt8]
    private var position = 0

    private static let deepest = 32

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func value(depth: Int) throws -> JSONValue {
        guard depth < Self.deepest else { throw ControlError.unreadable }
        let head = try byte()
        let (major, low) = (head >> 5, head & 31)
        switch major {
        case 0: return .integer(try argument(low))
        case 1:
            guard let value = Int64(exactly: try argument(low)) else { throw ControlError.unreadable }
            return .integer(~value)
        case 2: return .string(String(decoding: try chunks(low, major: 2), as: UTF8.self))
        case 3:
            guard let text = String(validating: try chunks(low, major: 3), as: UTF8.self) else {
                throw ControlError.unreadable
            }
            return .string(text)
        case 4:
            var items: [JSONValue] = []
            try repeated(low) { try items.append($0.value(depth: depth + 1)) }
            return .array(items)
        case 5:
            var object = JSONObject()
            try repeated(low) { reader in
                guard let name = try reader.value(depth: depth + 1).string else { throw ControlError.unreadable }
                object.append(name, try reader.value(depth: depth + 1))
            }
            return .object(object)
        case 6: return try tagged(try argument(low), depth: depth)
        default: return try simple(low)
        }
    }

    /// Tag 1 is a time in seconds since the epoch; other tags are not sent.
    private mutating func tagged(_ tag: UInt64, depth: Int) throws -> JSONValue {
        guard tag == 1, case .number(let text) = try value(depth: depth + 1), let seconds = Double(text),
            seconds.magnitude < 1e12
        else { throw ControlError.unreadable }
        return .string(Timestamp(milliseconds: Int64((seconds * 1000).rounded())).rfc3339)
    }

    private mutating func simple(_ low: UInt8) throws -> JSONValue {
        switch low {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22, 23: return .null
        case 25: return .double(Double(Float16(bitPattern: try integer())))
        case 26: return .double(Double(Float(bitPattern: try integer())))
        case 27: return .double(Double(bitPattern: try integer()))
        default: throw ControlError.unreadable
        }
    }

    private mutating func argument(_ low: UInt8) throws -> UInt64 {
        switch low {
        case 0..<24: UInt64(low)
        case 24: UInt64(try byte())
        case 25: UInt64(try integer() as UInt16)
        case 26: UInt64(try integer() as UInt32)
        case 27: try integer()
        default: throw ControlError.unreadable
        }
    }

    /// Bytes of a string, whole or in chunks up to a break.
    private mutating func chunks(_ low: UInt8, major: UInt8) throws -> [UInt8] {
        guard low == 31 else { return try take(try argument(low)) }
        var whole: [UInt8] = []
        while try !takeBreak() {
            let head = try byte()
            guard head >> 5 == major else { throw ControlError.unreadable }
            whole += try take(try argument(head & 31))
        }
        return whole
    }

    private mutating func repeated(_ low: UInt8, _ body: (inout CBORReader) throws -> Void) throws {
        guard low != 31 else {
            while try !takeBreak() { try body(&self) }
            return
        }
        let count = try argument(low)
        // Each item takes a byte at least: a larger count is a lie.
        guard count <= UInt64(bytes.count - position) else { throw ControlError.unreadable }
        for _ in 0..<count { try body(&self) }
    }

    private mutating func takeBreak() throws -> Bool {
        guard position < bytes.count else { throw ControlError.unreadable }
        guard bytes[position] == 0xFF else { return false }
        position += 1
        return true
    }

    private mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw ControlError.unreadable }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func integer<Value: FixedWidthInteger>() throws -> Value {
        try take(UInt64(Value.bitWidth / 8)).reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    private mutating func take(_ count: UInt64) throws -> [UInt8] {
        guard count <= UInt64(bytes.count - position) else { throw ControlError.unreadable }
        defer { position += Int(count) }
        return Array(bytes[position..<(position + Int(count))])
    }
}
