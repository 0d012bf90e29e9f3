/// A value of an attribute. Numbers are normalised and sets sorted, so that `==` is DynamoDB's equality.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
package enum AttributeValue: Hashable, Sendable {
    case string(Text)
    case number(DecimalNumber)
    case binary([UInt8])
    case bool(Bool)
    case null
    case list([AttributeValue])
    case map(AttributeMap)
    case stringSet([Text])
    case numberSet([DecimalNumber])
    case binarySet([[UInt8]])
}

/// The ten types, by the names that they bear on the wire.
package enum AttributeType: String, CaseIterable, Sendable {
    case string = "S"
    case number = "N"
    case binary = "B"
    case bool = "BOOL"
    case null = "NULL"
    case list = "L"
    case map = "M"
    case stringSet = "SS"
    case numberSet = "NS"
    case binarySet = "BS"

    /// The name in messages about ADD and DELETE.
    var longName: String {
        switch self {
        case .string: "STRING"
        case .number: "NUMBER"
        case .binary: "BINARY"
        case .bool: "BOOLEAN"
        case .null: "NULL"
        case .list: "LIST"
        case .map: "MAP"
        case .stringSet: "STRING_SET"
        case .numberSet: "NUMBER_SET"
        case .binarySet: "BINARY_SET"
        }
    }

    var isSet: Bool {
        self == .stringSet || self == .numberSet || self == .binarySet
    }
}

extension AttributeValue {
    package var type: AttributeType {
        switch self {
        case .string: .string
        case .number: .number
        case .binary: .binary
        case .bool: .bool
        case .null: .null
        case .list: .list
        case .map: .map
        case .stringSet: .stringSet
        case .numberSet: .numberSet
        case .binarySet: .binarySet
        }
    }

    package static func string(_ string: String) -> AttributeValue {
        .string(Text(string))
    }

    package static func number(_ integer: Int) -> AttributeValue {
        .number(DecimalNumber(integer))
    }

    /// The order of the two where both are strings, numbers or binaries; nil for all else, which has no order.
    func order(to other: AttributeValue) -> Int? {
        switch (self, other) {
        case (.string(let left), .string(let right)):
            left.withBytes { left in right.withBytes { right in compareBytes(left, right) } }
        case (.number(let left), .number(let right)): left == right ? 0 : (left < right ? -1 : 1)
        case (.binary(let left), .binary(let right)): compareBytes(left, right)
        default: nil
        }
    }

    /// What the value adds to an item's size in bytes.
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    var sizeInBytes: Int {
        switch self {
        case .string(let text): text.byteCount
        case .number(let number): number.sizeInBytes
        case .binary(let bytes): bytes.count
        case .bool, .null: 1
        case .list(let values): values.reduce(3) { $0 + 1 + $1.sizeInBytes }
        case .map(let map): map.entries.reduce(3) { $0 + 1 + $1.name.byteCount + $1.value.sizeInBytes }
        case .stringSet(let texts): texts.reduce(0) { $0 + $1.byteCount }
        case .numberSet(let numbers): numbers.reduce(0) { $0 + $1.sizeInBytes }
        case .binarySet(let binaries): binaries.reduce(0) { $0 + $1.count }
        }
    }

    /// How many lists and maps lie within each other, this value being one of them.
    var nestingDepth: Int {
        switch self {
        case .list(let values): 1 + (values.lazy.map(\.nestingDepth).max() ?? 0)
        case .map(let map): 1 + (map.entries.lazy.map(\.value.nestingDepth).max() ?? 0)
        default: 0
        }
    }
}

/// Attributes by name, kept in the order of the names' bytes: an item, a key, or the inside of a map value.
package struct AttributeMap: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package struct Entry: Hashable, Sendable {
        package let name: Text
        package var value: AttributeValue
    }

    package private(set) var entries: [Entry]

    package init() {
        entries = []
    }

    /// Of equal names the last counts.
    package init(_ pairs: some Sequence<(Text, AttributeValue)>) {
        self.init(unsorted: pairs.map { Entry(name: $0.0, value: $0.1) })
    }

    init(unsorted: [Entry]) {
        entries = unsorted
        sortEntries()
    }

    package init(dictionaryLiteral pairs: (Text, AttributeValue)...) {
        self.init(pairs)
    }

    /// - Precondition: `sorted` is in the order of the names, each there once.
    init(sorted: [Entry]) {
        entries = sorted
    }

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }

    package subscript(name: Text) -> AttributeValue? {
        get {
            guard let index = index(of: name) else { return nil }
            return entries[index].value
        }
        set {
            let index = insertionIndex(of: name)
            let exists = index < entries.count && entries[index].name == name
            switch (newValue, exists) {
            case (let value?, true): entries[index].value = value
            case (let value?, false): entries.insert(Entry(name: name, value: value), at: index)
            case (nil, true): entries.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// The size of an item in bytes: names and values.
    package var sizeInBytes: Int {
        entries.reduce(0) { $0 + $1.name.byteCount + $1.value.sizeInBytes }
    }

    func index(of name: Text) -> Int? {
        let index = insertionIndex(of: name)
        return index < entries.count && entries[index].name == name ? index : nil
    }

    /// Lets `body` change the value under `name` in place; nil when there is none.
    mutating func modify<Result>(_ name: Text, _ body: (inout AttributeValue) throws -> Result) rethrows -> Result? {
        guard let index = index(of: name) else { return nil }
        return try body(&entries[index].value)
    }

    private func insertionIndex(of name: Text) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func sortEntries() {
        let isSorted = entries.indices.dropFirst().allSatisfy { entries[$0 - 1].name < entries[$0].name }
        if isSorted { return }
        if entries.count <= Self.mostToInsert { return insertEntries() }
        var unique: [Entry] = []
        unique.reserveCapacity(entries.count)
        let ordered = entries.enumerated().sorted {
            $0.element.name == $1.element.name ? $0.offset < $1.offset : $0.element.name < $1.element.name
        }
        for entry in ordered.map(\.element) {
            if unique.last?.name == entry.name { unique.removeLast() }
            unique.append(entry)
        }
        entries = unique
    }

    /// Below this, inserting one by one beats sorting.
    private static let mostToInsert = 32

    private mutating func insertEntries() {
        let unsorted = entries
        entries.removeAll(keepingCapacity: true)
        for entry in unsorted {
            if let last = entries.last, !(last.name < entry.name) {
                self[entry.name] = entry.value
            } else {
                entries.append(entry)
            }
        }
    }
}

/// One row of a table.
package typealias Item = AttributeMap
