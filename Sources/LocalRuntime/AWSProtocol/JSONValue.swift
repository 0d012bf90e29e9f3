import Glibc

/// A JSON text as it was sent: numbers keep their spelling, objects their order.
///
/// The services read requests through this rather than through `Codable`: AWS's validation messages depend on what was
/// there, of which type, and in which order, and decoding a small request costs a tenth.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The number as spelled, e.g. `1e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// Members in order of arrival. Names compare by bytes, not by Unicode equivalence; of equal names the last counts.
package struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSONValue
    }

    package private(set) var members: [Member] = []

    package init() {}

    package init(dictionaryLiteral pairs: (String, JSONValue)...) {
        members = pairs.map { Member(name: $0.0, value: $0.1) }
    }

    package init(_ pairs: some Sequence<(String, JSONValue)>) {
        members = pairs.map { Member(name: $0.0, value: $0.1) }
    }

    /// An empty object with room for `capacity` members.
    package init(capacity: Int) {
        members.reserveCapacity(capacity)
    }

    package var isEmpty: Bool { members.isEmpty }

    /// Adds a member without looking for one of the same name.
    package mutating func append(_ name: String, _ value: JSONValue) {
        members.append(Member(name: name, value: value))
    }

    package subscript(name: String) -> JSONValue? {
        get { members.last { $0.name.hasSameBytes(as: name) }?.value }
        set {
            members.removeAll { $0.name.hasSameBytes(as: name) }
            if let newValue { append(name, newValue) }
        }
    }
}

extension String {
    /// Whether both are the same bytes; `==` would go by Unicode's equivalence.
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let isSame = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right -> Bool in
                guard let start = left.baseAddress, let otherStart = right.baseAddress else { return true }
                return memcmp(start, otherStart, left.count) == 0
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}

extension JSONValue {
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number as an integer; nil when it has a fraction or an exponent.
    package var integer: Int? {
        if case .number(let text) = self { Int(text) } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// A member of an object; nil for every other kind of value and for an explicit null.
    package subscript(name: String) -> JSONValue? {
        guard let value = object?[name], !value.isNull else { return nil }
        return value
    }

    package static func integer(_ value: some BinaryInteger) -> JSONValue {
        .number(String(value))
    }

    /// A number with a fraction, e.g. AWS JSON's time stamps in seconds.
    package static func double(_ value: Double) -> JSONValue {
        .number("\(value)")
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(arrayLiteral values: JSONValue...) { self = .array(values) }
    package init(dictionaryLiteral pairs: (String, JSONValue)...) { self = .object(JSONObject(pairs)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
}
