import AWSProtocol

extension AttributeValue {
    /// Reads a value whose JSON types have been checked.
    ///
    /// - Throws: AWS's refusal of a value with no type or several, of a malformed number, of an empty set and so on.
    init(wire: JSONValue) throws(ValidationFailure) {
        if case .object(let object) = wire, object.members.count == 1, let type = AttributeType(wire: object.members[0])
        {
            self = try Self.value(type, object.members[0].value)
        } else {
            try self.init(unusual: wire)
        }
    }

    private init(unusual wire: JSONValue) throws(ValidationFailure) {
        let members = wire.object?.members ?? []
        var values: [AttributeValue] = []
        // What is wrong with a value comes before there being too many.
        for member in members {
            if let type = AttributeType(wire: member) { values.append(try Self.value(type, member.value)) }
        }
        guard let value = values.first else { throw .value(.empty) }
        guard values.count == 1 else { throw .value(.severalTypes) }
        self = value
    }

    private static func value(_ type: AttributeType, _ wire: JSONValue) throws(ValidationFailure) -> AttributeValue {
        switch type {
        case .string: return .string(wire.string ?? "")
        case .number: return .number(try number(wire))
        case .binary: return .binary(binary(wire))
        case .bool: return .bool(wire.bool ?? false)
        case .null:
            guard wire.bool != false else { throw .value(.nullIsFalse) }
            return .null
        case .stringSet: return .stringSet(try stringSet(wire.array ?? []))
        case .numberSet: return .numberSet(try numberSet(wire.array ?? []))
        case .binarySet: return .binarySet(try binarySet(wire.array ?? []))
        case .list:
            var values: [AttributeValue] = []
            for element in wire.array ?? [] { values.append(try AttributeValue(wire: element)) }
            return .list(values)
        case .map: return .map(try AttributeMap(wire: wire))
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

    private static func checkMembers(_ wire: [JSONValue], _ type: AttributeType) throws(ValidationFailure) {
        if wire.isEmpty { throw .value(.emptySet(type)) }
        if wire.contains(where: \.isNull) { throw .value(.nullInSet(type)) }
    }

    private static func stringSet(_ wire: [JSONValue]) throws(ValidationFailure) -> [Text] {
        try checkMembers(wire, .stringSet)
        let texts = wire.map { Text($0.string ?? "") }
        let unique = Set(texts)
        if unique.count < texts.count { throw .value(.duplicateStrings(texts.map(\.string))) }
        return unique.sorted()
    }

    private static func numberSet(_ wire: [JSONValue]) throws(ValidationFailure) -> [DecimalNumber] {
        try checkMembers(wire, .numberSet)
        var numbers: [DecimalNumber] = []
        for element in wire { numbers.append(try number(element)) }
        let unique = Set(numbers)
        if unique.count < numbers.count { throw .value(.duplicateNumbers) }
        return unique.sorted()
    }

    private static func binarySet(_ wire: [JSONValue]) throws(ValidationFailure) -> [[UInt8]] {
        try checkMembers(wire, .binarySet)
        let binaries = wire.map { binary($0) }
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

extension AttributeType {
    /// The type that a member of an attribute value names; nil when it names none or is null.
    init?(wire member: JSONObject.Member) {
        guard !member.value.isNull, let type = AttributeType(wireName: member.name.utf8) else { return nil }
        self = type
    }

    /// Tells the types apart by their bytes: it is done for every value of every request.
    init?(wireName name: String.UTF8View) {
        switch (name.count, name.first) {
        case (1, UInt8(ascii: "S")): self = .string
        case (1, UInt8(ascii: "N")): self = .number
        case (1, UInt8(ascii: "B")): self = .binary
        case (1, UInt8(ascii: "M")): self = .map
        case (1, UInt8(ascii: "L")): self = .list
        case (2, _), (4, _):
            guard let type = AttributeType(rawValue: String(name)) else { return nil }
            self = type
        default: return nil
        }
    }
}

extension AttributeMap {
    init(wire: JSONValue) throws(ValidationFailure) {
        let members = wire.object?.members ?? []
        var entries: [Entry] = []
        entries.reserveCapacity(members.count)
        for member in members {
            entries.append(Entry(name: Text(member.name), value: try AttributeValue(wire: member.value)))
        }
        self.init(unsorted: entries)
    }

    var wire: JSONValue {
        .object(JSONObject(entries.lazy.map { ($0.name.string, $0.value.wire) }))
    }
}
