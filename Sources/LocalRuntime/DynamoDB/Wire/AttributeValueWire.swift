import AWSProtocol

extension AttributeValue {
    /// Reads a value whose JSON types have been checked.
    ///
    /// - Throws: AWS's refusal of a value with no type or several, of a malformed number, of an empty set and so on.
    init(wire: JSONValue) throws(ValidationFailure) {
        let members = wire.object?.members.filter { !$0.value.isNull && AttributeType(rawValue: $0.name) != nil } ?? []
        guard let first = members.first else { throw .value(.empty) }
        let value = try Self.value(first.name, first.value)
        // What is wrong with a value comes before there being too many.
        for other in members.dropFirst() { _ = try Self.value(other.name, other.value) }
        guard members.count == 1 else { throw .value(.severalTypes) }
        self = value
    }

    private static func value(_ type: String, _ wire: JSONValue) throws(ValidationFailure) -> AttributeValue {
        switch type {
        case "S": return .string(wire.string ?? "")
        case "N": return .number(try number(wire))
        case "B": return .binary(binary(wire))
        case "BOOL": return .bool(wire.bool ?? false)
        case "NULL": return .null
        case "SS": return .stringSet(try stringSet(wire.array ?? []))
        case "NS": return .numberSet(try numberSet(wire.array ?? []))
        case "BS": return .binarySet(try binarySet(wire.array ?? []))
        case "L":
            var values: [AttributeValue] = []
            for element in wire.array ?? [] { values.append(try AttributeValue(wire: element)) }
            return .list(values)
        default: return .map(try AttributeMap(wire: wire))
        }
    }

    private static func number(_ wire: JSONValue) throws(ValidationFailure) -> DecimalNumber {
        let text = wire.string ?? ""
        do {
            return try DecimalNumber(parsing: text)
        } catch {
            throw .value(.number(error, text: text))
        }
    }

    /// The bytes of a blob; that it is Base64 was checked with the types.
    private static func binary(_ wire: JSONValue) -> [UInt8] {
        (try? Base64.decode(wire.string ?? "")) ?? []
    }

    private static func stringSet(_ wire: [JSONValue]) throws(ValidationFailure) -> [Text] {
        guard !wire.isEmpty else { throw .value(.emptySet(.stringSet)) }
        let texts = wire.map { Text($0.string ?? "") }
        if texts.contains(where: \.isEmpty) { throw .value(.emptyStringInSet) }
        let unique = Set(texts)
        if unique.count < texts.count { throw .value(.duplicateStrings(texts.map(\.string))) }
        return unique.sorted()
    }

    private static func numberSet(_ wire: [JSONValue]) throws(ValidationFailure) -> [DecimalNumber] {
        guard !wire.isEmpty else { throw .value(.emptySet(.numberSet)) }
        var numbers: [DecimalNumber] = []
        for element in wire { numbers.append(try number(element)) }
        let unique = Set(numbers)
        if unique.count < numbers.count { throw .value(.duplicateNumbers) }
        return unique.sorted()
    }

    private static func binarySet(_ wire: [JSONValue]) throws(ValidationFailure) -> [[UInt8]] {
        guard !wire.isEmpty else { throw .value(.emptySet(.binarySet)) }
        let binaries = wire.map { binary($0) }
        if binaries.contains(where: \.isEmpty) { throw .value(.emptyBinaryInSet) }
        if Set(binaries).count < binaries.count { throw .value(.duplicateBinaries(wire.map { $0.string ?? "" })) }
        return binaries.sorted { compareBytes($0, $1) < 0 }
    }

    var wire: JSONValue {
        switch self {
        case .string(let text): ["S": .string(text.string)]
        case .number(let number): ["N": .string(number.text)]
        case .binary(let bytes): ["B": .string(Base64.encode(bytes))]
        case .bool(let flag): ["BOOL": .bool(flag)]
        case .null: ["NULL": true]
        case .list(let values): ["L": .array(values.map(\.wire))]
        case .map(let map): ["M": map.wire]
        case .stringSet(let texts): ["SS": .array(texts.map { .string($0.string) })]
        case .numberSet(let numbers): ["NS": .array(numbers.map { .string($0.text) })]
        case .binarySet(let binaries): ["BS": .array(binaries.map { .string(Base64.encode($0)) })]
        }
    }
}

extension AttributeMap {
    init(wire: JSONValue) throws(ValidationFailure) {
        var pairs: [(Text, AttributeValue)] = []
        for member in wire.object?.members ?? [] {
            pairs.append((Text(member.name), try AttributeValue(wire: member.value)))
        }
        self.init(pairs)
    }

    var wire: JSONValue {
        .object(JSONObject(entries.lazy.map { ($0.name.string, $0.value.wire) }))
    }
}
