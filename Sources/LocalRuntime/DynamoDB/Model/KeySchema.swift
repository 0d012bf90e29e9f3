/// The types that a key attribute may have.
package enum KeyType: String, Codable, Sendable {
    case string = "S"
    case number = "N"
    case binary = "B"
}

/// An attribute that is part of a key of the table or of an index, and its type.
package struct KeyAttribute: Hashable, Codable, Sendable {
    package let name: Text
    package let type: KeyType

    package init(_ name: Text, _ type: KeyType) {
        self.name = name
        self.type = type
    }
}

/// Partition key and, where there is one, sort key. In a global index each may be of several attributes.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
package struct KeySchema: Hashable, Codable, Sendable {
    /// The partition key of a table, or its first attribute.
    package let partitionKey: KeyAttribute
    package let partitionKeys: [KeyAttribute]
    package let sortKeys: [KeyAttribute]
    /// Partition key first.
    package let attributes: [KeyAttribute]

    /// The sort key of a table, or its first attribute.
    package var sortKey: KeyAttribute? { sortKeys.first }

    private enum CodingKeys: CodingKey {
        case partitionKey, sortKey, furtherPartitionKeys, furtherSortKeys
    }

    package init(partitionKey: KeyAttribute, sortKey: KeyAttribute? = nil) {
        self.init(partitionKey, further: [], sortKeys: sortKey.map { [$0] } ?? [])
    }

    init(_ partitionKey: KeyAttribute, further: [KeyAttribute], sortKeys: [KeyAttribute]) {
        self.partitionKey = partitionKey
        self.sortKeys = sortKeys
        partitionKeys = [partitionKey] + further
        attributes = partitionKeys + sortKeys
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let sortKey = try container.decodeIfPresent(KeyAttribute.self, forKey: .sortKey)
        let further = try container.decodeIfPresent([KeyAttribute].self, forKey: .furtherSortKeys)
        self.init(
            try container.decode(KeyAttribute.self, forKey: .partitionKey),
            further: try container.decodeIfPresent([KeyAttribute].self, forKey: .furtherPartitionKeys) ?? [],
            sortKeys: (sortKey.map { [$0] } ?? []) + (further ?? []))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(partitionKey, forKey: .partitionKey)
        try container.encodeIfPresent(sortKey, forKey: .sortKey)
        if partitionKeys.count > 1 {
            try container.encode(Array(partitionKeys.dropFirst()), forKey: .furtherPartitionKeys)
        }
        if sortKeys.count > 1 { try container.encode(Array(sortKeys.dropFirst()), forKey: .furtherSortKeys) }
    }

    func contains(_ name: Text) -> Bool {
        attributes.contains { $0.name == name }
    }
}

/// A key in the bytes whose `memcmp` order is the order of the values: strings by UTF-8, binaries by byte, numbers by
/// value. Two keys of one table are equal when their bytes are.
package struct EncodedKey: Hashable, Sendable {
    package let partition: [UInt8]
    /// `noSortKey` in a table without one.
    package let sort: [UInt8]

    /// One byte, for an empty blob would be bound as NULL.
    static let noSortKey: [UInt8] = [0]

    /// The key of an item; nil when an attribute is missing or of another type.
    package init?(of item: AttributeMap, _ schema: KeySchema) {
        guard let partition = Self.encode(item, schema.partitionKeys) else { return nil }
        self.partition = partition
        guard !schema.sortKeys.isEmpty else {
            sort = Self.noSortKey
            return
        }
        guard let sort = Self.encode(item, schema.sortKeys) else { return nil }
        self.sort = sort
    }

    private static func encode(_ item: AttributeMap, _ attributes: [KeyAttribute]) -> [UInt8]? {
        if attributes.count == 1 { return encode(item[attributes[0].name], attributes[0].type) }
        var parts: [[UInt8]] = []
        for attribute in attributes {
            guard let part = encode(item[attribute.name], attribute.type) else { return nil }
            parts.append(part)
        }
        return join(parts)
    }

    /// Several values in the order of the first, then of the second and so on.
    static func join(_ parts: [[UInt8]]) -> [UInt8] {
        parts.dropLast().flatMap { escaped($0) + separator } + (parts.last ?? [])
    }

    /// What ends a value that another one follows: it is before whatever could go on with the value.
    static let separator: [UInt8] = [0, 1]

    /// A value that another one follows, with no zero byte that could be taken for the separator's.
    static func escaped(_ part: [UInt8]) -> [UInt8] {
        part.flatMap { $0 == 0 ? [0, 0xFF] : [$0] }
    }

    init(partition: [UInt8], sort: [UInt8]) {
        self.partition = partition
        self.sort = sort
    }

    static func encode(_ value: AttributeValue?, _ type: KeyType) -> [UInt8]? {
        switch (value, type) {
        case (.string(let text)?, .string): text.bytes
        case (.binary(let bytes)?, .binary): bytes
        case (.number(let number)?, .number): number.sortableBytes
        default: nil
        }
    }
}

extension DecimalNumber {
    /// Bytes in the order of the values: a byte for the sign, one for the exponent of the leading digit, then the digits
    /// in pairs; a negative number has all but the sign complemented and ends in 0xFF, so that longer is smaller.
    var sortableBytes: [UInt8] {
        guard !isZero else { return [0x80] }
        var bytes: [UInt8] = [UInt8(magnitude - Self.magnitudes.lowerBound)]
        let digits = digitCount
        // An even number of digits, so that the first pair starts with the leading digit.
        var rest = digits % 2 == 0 ? significand : significand * 10
        var pairs: [UInt8] = []
        while rest > 0 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            pairs.append(UInt8(pair) + 1)
            rest = quotient
        }
        bytes += pairs.reversed()
        return isNegative ? [0x01] + bytes.map { ~$0 } + [0xFF] : [0xFF] + bytes
    }
}
