import EmulatorClock

/// The stream of a table as the table knows it: the latest one, on or off.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
package struct TableStream: Codable, Sendable, Equatable {
    /// What a record shows of the item.
    enum View: String, Codable, Sendable {
        case keysOnly = "KEYS_ONLY"
        case newImage = "NEW_IMAGE"
        case oldImage = "OLD_IMAGE"
        case newAndOldImages = "NEW_AND_OLD_IMAGES"

        var showsNew: Bool { self == .newImage || self == .newAndOldImages }
        var showsOld: Bool { self == .oldImage || self == .newAndOldImages }
    }

    /// The stream's number in the database, never used again.
    var id: Int64
    var view: View
    var createdAt_ms: Int64
    var isEnabled = true
}

/// A stream by itself: it outlives its table, or the order to end it, by a day.
struct StreamDefinition: Sendable {
    /// How long a record can be read.
    static let retention = Duration.seconds(86_400)

    var id: Int64
    var account: String
    var region: String
    var table: String
    var keySchema: KeySchema
    var view: TableStream.View
    var createdAt_ms: Int64
    /// Where the sequence of its records begins.
    var first: SequenceNumber
    /// Set once the stream has ended: the last number that belongs to it.
    var last: SequenceNumber?
    /// Everything up to here was dropped for its age.
    var trimmed: SequenceNumber

    /// The time at which it was made, which tells the streams of one table apart.
    var label: String { StreamARN.label(createdAt_ms) }

    var arn: String { StreamARN(account: account, region: region, table: table, createdAt_ms: createdAt_ms).text }

    /// A stream is one shard here. AWS closes a shard after some hours and goes on in another.
    var shardID: String {
        let digits = String(createdAt_ms)
        let number = String(id, radix: 16)
        return "shardId-\(String(repeating: "0", count: max(0, 20 - digits.count)))\(digits)-"
            + "\(String(repeating: "0", count: max(0, 8 - number.count)))\(number)"
    }
}

/// The place of a record: numbers grow over all streams.
struct SequenceNumber: Hashable, Comparable, Sendable {
    var value: Int64

    init(_ value: Int64) {
        self.value = value
    }

    /// AWS's are long and never begin with a zero.
    private static let base = "1"
    private static let digits = 24

    init?(wire: String) {
        guard wire.utf8.count == Self.digits + 1, wire.hasPrefix(Self.base), let value = Int64(wire.dropFirst()) else {
            return nil
        }
        self.value = value
    }

    var wire: String {
        let text = String(value)
        return Self.base + String(repeating: "0", count: Self.digits - text.count) + text
    }

    static func < (left: SequenceNumber, right: SequenceNumber) -> Bool { left.value < right.value }
}

/// `arn:aws:dynamodb:us-east-1:000000000000:table/name/stream/2026-03-01T18:00:00.000`
struct StreamARN: Sendable {
    let account: String
    let region: String
    let table: String
    let createdAt_ms: Int64

    init(account: String, region: String, table: String, createdAt_ms: Int64) {
        self.account = account
        self.region = region
        self.table = table
        self.createdAt_ms = createdAt_ms
    }

    /// nil when the text can name no stream.
    init?(_ text: String) {
        guard let arn = TableARN(text) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[2] == "stream", let time = Timestamp(rfc3339: "\(parts[3])Z"),
            Self.label(time.milliseconds) == parts[3]
        else { return nil }
        self.init(account: arn.account, region: arn.region, table: arn.table, createdAt_ms: time.milliseconds)
    }

    var text: String {
        "arn:aws:dynamodb:\(region):\(account):table/\(table)/stream/\(Self.label(createdAt_ms))"
    }

    static func label(_ createdAt_ms: Int64) -> String {
        String(Timestamp(milliseconds: createdAt_ms).rfc3339.dropLast())
    }
}

/// One change of one item, as the stream keeps it.
struct StreamRecord: Sendable {
    enum Event: String, Sendable {
        case insert = "INSERT"
        case modify = "MODIFY"
        case remove = "REMOVE"
    }

    var event: Event
    /// Whether the item's time to live had passed, rather than somebody asking for the change.
    var isExpiry: Bool
    var keys: Item
    var old: Item?
    var new: Item?

    /// The record of a change; nil when nothing changed, for then AWS writes none.
    init?(_ old: Item?, _ new: Item?, _ keySchema: KeySchema, _ view: TableStream.View, isExpiry: Bool) {
        guard old != new, let keyed = new ?? old else { return nil }
        event = old == nil ? .insert : new == nil ? .remove : .modify
        self.isExpiry = isExpiry
        keys = AttributeMap(sorted: keyed.entries.filter { keySchema.contains($0.name) })
        self.old = view.showsOld ? old : nil
        self.new = view.showsNew ? new : nil
    }

    init(event: Event, isExpiry: Bool, keys: Item, old: Item?, new: Item?) {
        self.event = event
        self.isExpiry = isExpiry
        self.keys = keys
        self.old = old
        self.new = new
    }

    var size_bytes: Int { keys.sizeInBytes + (old?.sizeInBytes ?? 0) + (new?.sizeInBytes ?? 0) }
}
