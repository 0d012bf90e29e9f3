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

/// Partition key and, where there is one, sort key.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html
package struct KeySchema: Hashable, Codable, Sendable {
    package let partitionKey: KeyAttribute
    package let sortKey: KeyAttribute?
    /// Partition key first.
    package let attributes: [KeyAttribute]

    private enum CodingKeys: CodingKey {
        case partitionKey, sortKey
    }

    package init(partitionKey: KeyAttribute, sortKey: KeyAttribute? = nil) {
        self.partitionKey = partitionKey
        self.sortKey = sortKey
        attributes = [partitionKey] + (sortKey.map { [$0] } ?? [])
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            partitionKey: try container.decode(KeyAttribute.self, forKey: .partitionKey),
            sortKey: try container.decodeIfPresent(KeyAttribute.self, forKey: .sortKey))
    }

    func contains(_ name: Text) -> Bool {
        partitionKey.name == name || sortKey?.name == name
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
        guard let partition = Self.encode(item[schema.partitionKey.name], schema.partitionKey.type) else { return nil }
        self.partition = partition
        guard let sortKey = schema.sortKey else {
            sort = Self.noSortKey
            return
        }
        guard let sort = Self.encode(item[sortKey.name], sortKey.type) else { return nil }
        self.sort = sort
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
