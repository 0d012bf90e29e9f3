import AWSClient
import FoundationEssentials
import Lake

/// What is known of games or of users, by Twitch's id; filled from Helix as streams name them.
struct ReferenceTable: Sendable {
    let name: String
    let dynamoDB: DynamoDBClient
    let freshness: Freshness

    /// How long a stored row is believed.
    struct Freshness: Sendable, Equatable {
        /// Of a row with content.
        let known: Duration
        /// Of the note that Twitch does not know an id.
        let unknown: Duration

        init(_ settings: Settings) throws {
            known = .seconds(3600 * (try settings.integer("REFERENCE_HOURS", default: 168, in: 1...87_600)))
            unknown = .seconds(3600 * (try settings.integer("UNKNOWN_HOURS", default: 24, in: 1...87_600)))
        }
    }

    init(_ name: String, _ dynamoDB: DynamoDBClient, _ freshness: Freshness) {
        self.name = name
        self.dynamoDB = dynamoDB
        self.freshness = freshness
    }

    /// The same table with an end to all its calls.
    func until(_ deadline: Date?) -> ReferenceTable {
        ReferenceTable(name, dynamoDB.until(deadline), freshness)
    }

    /// Brings the rows of all ids up to date: reads the table, asks `fetch` for what is missing or stale, at most 100 ids
    /// a call, and stores each answer before the next call, so that a crash loses no more than one.
    ///
    /// - Parameter fetch: the items that Twitch knows; those it does not are left out.
    func fill(
        _ ids: Set<String>, at now: Instant, fetch: (_ ids: [String]) async throws -> [ReferenceItem]
    ) async throws -> ReferenceFill {
        // Twitch refuses a whole request for one malformed id.
        let askable = ids.filter(\.isTwitchID)
        var fill = ReferenceFill(unmatched: ids.subtracting(askable))
        let keys = askable.sorted().map { ["id": AttributeValue.s($0)] }
        for item in try await dynamoDB.batchGet(keys: keys, in: name).compactMap(ReferenceItem.init(stored:))
        where isFresh(item, at: now) {
            fill.add(item, isFetched: false)
        }
        let missing = askable.filter { fill.items[$0] == nil && !fill.unmatched.contains($0) }.sorted()
        for start in stride(from: 0, to: missing.count, by: 100) {
            let chunk = Array(missing[start..<min(start + 100, missing.count)])
            let found = try await fetch(chunk)
            let items = ReferenceItem.answers(to: chunk, found)
            try await dynamoDB.batchWrite(items.map { .put($0.stored(askedAt: now)) }, to: name)
            for item in items { fill.add(item, isFetched: true) }
        }
        return fill
    }

    private func isFresh(_ item: ReferenceItem, at now: Instant) -> Bool {
        guard let askedAt = item.askedAt else { return false }
        let age = Duration.microseconds(now.microseconds - askedAt.microseconds)
        return age < (item.isUnknown ? freshness.unknown : freshness.known)
    }
}

/// One row: an id with Twitch's fields as text, or the note that Twitch does not know the id.
struct ReferenceItem: Sendable, Equatable {
    let id: String
    var isUnknown = false
    /// Under Helix's own names; a field that was absent is left out.
    var fields: [String: String] = [:]
    /// When Twitch said so; nil for an answer that is not stored yet.
    var askedAt: Instant?

    init(id: String, fields: [String: String?] = [:], isUnknown: Bool = false) {
        self.id = id
        self.fields = fields.compactMapValues { $0 }
        self.isUnknown = isUnknown
    }

    /// Nil for a row that this type did not write.
    init?(stored row: DynamoDBItem) {
        guard let id = row["id"]?.string else { return nil }
        self.id = id
        isUnknown = row["unknown"]?.boolean ?? false
        askedAt = row["asked_at"]?.string.flatMap { Instant(rfc3339: $0) }
        fields = row.filter { !Self.ownNames.contains($0.key) }.compactMapValues(\.string)
    }

    func stored(askedAt: Instant) -> DynamoDBItem {
        var row = fields.mapValues { AttributeValue.s($0) }
        row["id"] = .s(id)
        row["asked_at"] = .s("\(askedAt)")
        if isUnknown { row["unknown"] = true }
        return row
    }

    /// One item for each id that was asked for, in order: what came, or the note that nothing did.
    static func answers(to ids: [String], _ found: [ReferenceItem]) -> [ReferenceItem] {
        let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        return ids.map { byID[$0] ?? ReferenceItem(id: $0, isUnknown: true) }
    }

    private static let ownNames: Set = ["id", "unknown", "asked_at"]
}

/// What became of the ids of one pull.
struct ReferenceFill: Sendable, Equatable {
    /// By id; those that Twitch knows.
    private(set) var items: [String: ReferenceItem] = [:]
    /// Ids from the table, without a request.
    private(set) var known = 0
    /// Ids that Twitch was asked for now and knows.
    private(set) var fetched = 0
    /// Ids that Twitch does not know or could not be asked for.
    private(set) var unmatched: Set<String>

    init(unmatched: Set<String> = []) {
        self.unmatched = unmatched
    }

    mutating func add(_ item: ReferenceItem, isFetched: Bool) {
        guard !item.isUnknown else {
            unmatched.insert(item.id)
            return
        }
        items[item.id] = item
        if isFetched { fetched += 1 } else { known += 1 }
    }
}

extension ReferenceFill {
    /// As answers write it.
    struct Counts: Sendable, Equatable, Encodable {
        let known: Int
        let fetched: Int
        let unmatched: Int
    }

    var counts: Counts {
        Counts(known: known, fetched: fetched, unmatched: unmatched.count)
    }
}

extension String {
    /// 1 to 18 ASCII digits, as all of Twitch's ids are.
    var isTwitchID: Bool {
        (1...18).contains(utf8.count) && utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}
