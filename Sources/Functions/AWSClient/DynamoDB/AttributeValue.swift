import FoundationEssentials

/// An item or its key: attributes by name.
package typealias DynamoDBItem = [String: AttributeValue]

/// The value of an attribute, under DynamoDB's own type names.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
package enum AttributeValue: Sendable, Hashable {
    case s(String)
    /// A number as text, of up to 38 digits: neither `Int` nor `Double` holds them all.
    case n(String)
    case b([UInt8])
    case bool(Bool)
    case null
    case m([String: AttributeValue])
    case l([AttributeValue])
    case ss(Set<String>)
    case ns(Set<String>)
    case bs(Set<[UInt8]>)

    /// A whole number.
    package static func number(_ value: some BinaryInteger) -> AttributeValue { .n("\(value)") }

    /// The shortest text that reads back as the same number. It must be finite: DynamoDB has no other.
    package static func number(_ value: Double) -> AttributeValue {
        precondition(value.isFinite, "DynamoDB has no infinity and no NaN")
        return .n("\(value)")
    }

    /// The text of an `s`.
    package var string: String? {
        if case .s(let value) = self { value } else { nil }
    }

    /// The number of an `n`, when it is whole and fits.
    package var int: Int? {
        if case .n(let value) = self { Int(value) } else { nil }
    }

    /// The number of an `n`, rounded to a `Double`.
    package var double: Double? {
        if case .n(let value) = self { Double(value) } else { nil }
    }

    /// The truth of a `bool`.
    package var boolean: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of an `l`.
    package var list: [AttributeValue]? {
        if case .l(let value) = self { value } else { nil }
    }
}

/// On the wire a value is an object of one member, named by the type; bytes are in Base64.
extension AttributeValue: Codable {
    private enum CodingKeys: String, CodingKey {
        case S, N, B, BOOL, NULL, M, L, SS, NS, BS
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .s(let value): try container.encode(value, forKey: .S)
        case .n(let value): try container.encode(value, forKey: .N)
        case .b(let value): try container.encode(Data(value), forKey: .B)
        case .bool(let value): try container.encode(value, forKey: .BOOL)
        case .null: try container.encode(true, forKey: .NULL)
        case .m(let value): try container.encode(value, forKey: .M)
        case .l(let value): try container.encode(value, forKey: .L)
        // Sorted, so that the same set is the same bytes.
        case .ss(let value): try container.encode(value.sorted(), forKey: .SS)
        case .ns(let value): try container.encode(value.sorted(), forKey: .NS)
        case .bs(let value):
            try container.encode(value.sorted { $0.lexicographicallyPrecedes($1) }.map { Data($0) }, forKey: .BS)
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not one attribute type"))
        }
        switch key {
        case .S: self = .s(try container.decode(String.self, forKey: key))
        case .N: self = .n(try container.decode(String.self, forKey: key))
        case .B: self = .b([UInt8](try container.decode(Data.self, forKey: key)))
        case .BOOL: self = .bool(try container.decode(Bool.self, forKey: key))
        case .NULL: self = .null
        case .M: self = .m(try container.decode([String: AttributeValue].self, forKey: key))
        case .L: self = .l(try container.decode([AttributeValue].self, forKey: key))
        case .SS: self = .ss(Set(try container.decode([String].self, forKey: key)))
        case .NS: self = .ns(Set(try container.decode([String].self, forKey: key)))
        case .BS: self = .bs(Set(try container.decode([Data].self, forKey: key).map { [UInt8]($0) }))
        }
    }
}

extension AttributeValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self = .s(value)
    }
}

extension AttributeValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}
