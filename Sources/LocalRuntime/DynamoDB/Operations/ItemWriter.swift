import EmulatorClock

/// Puts an item's change into the state: the item's row, its index entries, its expiry and its record in the stream, all in one transaction.
struct ItemWriter {
    let store: DynamoDBStore
    let table: TableDefinition
    private let now: Timestamp
    /// Of the table's stream, while it is on.
    private let stream: TableStream?
    private let hasIndexes: Bool

    /// - Parameter now: the time of the change.
    /// - Throws: `StaleTable` when the table's definition has changed since it was read.
    init(_ store: DynamoDBStore, _ table: TableDefinition, at now: Timestamp) throws {
        guard try store.version(ofTable: table.id) == table.version else { throw StaleTable(table: table) }
        self.store = store
        self.table = table
        self.now = now
        stream = table.settings.stream.flatMap { $0.isEnabled ? $0 : nil }
        hasIndexes = table.hasIndexes
    }

    /// Whether a change cannot be written without the item as it was.
    var needsOldItem: Bool {
        hasIndexes || stream != nil || table.settings.timeToLive != nil
    }

    func old(_ key: EncodedKey) throws -> Item? {
        try store.item(inTable: table.id, key)
    }

    /// - Parameters:
    ///   - old: the item before, as far as `needsOldItem` asks for it.
    ///   - isExpiry: whether the item goes because its time to live has passed.
    /// - Returns: when the item expires, if that is something new.
    @discardableResult
    func replace(_ old: Item?, with new: Item?, _ key: EncodedKey, isExpiry: Bool = false) throws -> Timestamp? {
        if let new {
            try store.put(new, inTable: table.id, key)
        } else {
            try store.deleteItem(inTable: table.id, key)
        }
        if hasIndexes {
            for index in table.indexes { try replaceEntry(index, old, new, key) }
        }
        if let stream, let record = StreamRecord(old, new, table.keySchema, stream.view, isExpiry: isExpiry) {
            try store.append(record, toStream: stream.id, at: now)
        }
        return try replaceExpiry(old, new, key)
    }

    private func replaceEntry(_ index: SecondaryIndex, _ old: Item?, _ new: Item?, _ key: EncodedKey) throws {
        let before = old.flatMap { index.key(of: $0) }
        let after = new.flatMap { index.key(of: $0) }
        guard before != after else { return }
        if let before { try store.deleteEntry(index: index.id, before, item: key) }
        if let after { try store.insertEntry(index: index.id, after, item: key) }
    }

    private func replaceExpiry(_ old: Item?, _ new: Item?, _ key: EncodedKey) throws -> Timestamp? {
        guard let attribute = table.settings.timeToLive?.attribute else { return nil }
        let before = old?.expiry_s(attribute)
        let after = new?.expiry_s(attribute)
        guard before != after else { return nil }
        if let before { try store.deleteExpiry(table: table.id, key, at: before) }
        guard let after else { return nil }
        try store.insertExpiry(table: table.id, key, at: after)
        return Timestamp(milliseconds: after * 1000)
    }
}

extension Item {
    /// The second since 1970 that the attribute of the table's time to live names; nil for anything but a number.
    func expiry_s(_ attribute: Text) -> Int64? {
        guard case .number(let number)? = self[attribute], let seconds = number.integer,
            (0...253_402_300_799).contains(seconds)
        else { return nil }
        return seconds
    }
}
