import EmulatorClock
import EmulatorDatabase

/// Which events of a batch were not taken, as PutLogEvents tells: ends are exclusive, starts inclusive.
struct RejectedEvents: Sendable, Equatable {
    var tooNewStart: Int?
    var tooOldEnd: Int?
    var expiredEnd: Int?
}

/// A page of events.
struct EventPage: Sendable {
    /// Oldest first, or newest first where that was asked for.
    var events: [LogEvent] = []
    /// Whether there is more in the direction of reading.
    var hasMore = false
}

/// Writing and reading events.
extension LogsService {
    /// Takes a batch as PutLogEvents does: what is too old, too new or expired is left out.
    ///
    /// - Throws: `LogsError`; nothing is taken then.
    func put(
        _ events: [(timestamp: Timestamp, message: String)], to stream: String, of id: LogGroupID
    ) async throws -> RejectedEvents {
        let (now, limits) = (clock.now, limits)
        try Self.check(events, limits)
        let (rejected, expiry) = try await database.write { db in
            let store = LogsStore(db)
            let (key, group) = try store.existing(id)
            let streamKey = try store.existingStream(stream, inGroup: key)
            var rejected = RejectedEvents()
            let tooOld = events.prefix { $0.timestamp < now - limits.oldest }.count
            let expired = events.prefix { $0.timestamp < group.horizon(at: now) }.count
            let start = events.firstIndex { $0.timestamp > now + limits.newest } ?? events.count
            if tooOld > 0 { rejected.tooOldEnd = tooOld }
            if expired > tooOld { rejected.expiredEnd = expired }
            if start < events.count { rejected.tooNewStart = start }
            let accepted = events[min(max(tooOld, expired), start)..<start]
            guard let first = accepted.first, let last = accepted.last else { return (rejected, Timestamp?.none) }
            guard last.timestamp - first.timestamp <= limits.batchSpan else { throw LogsError.spanTooLong }
            var insertion = try LogsStore.Insertion(
                db, group: key, stream: streamKey, retentionDays: group.retentionDays, now: now)
            for event in accepted { try insertion.add(event.message, at: event.timestamp) }
            return (rejected, try insertion.finish())
        }
        if let expiry { sweep.note(expiry) }
        return rejected
    }

    /// Events of one stream, read like GetLogEvents: the page is oldest first whatever the direction.
    func get(
        stream: String, of id: LogGroupID, from: Timestamp, until: Timestamp, after place: EventPlace?,
        backward: Bool, limit: Int
    ) async throws -> [LogEvent] {
        await flush()
        let (now, limits) = (clock.now, limits)
        return try await database.read { db in
            let store = LogsStore(db)
            let (key, group) = try store.existing(id)
            let window = LogsStore.Window(
                group: key, streams: [try store.existingStream(stream, inGroup: key)],
                from: max(from, group.horizon(at: now)), until: until, after: place, isNewestFirst: backward)
            let page = try store.page(of: window, limit: limit, limits) { _ in true }
            return backward ? page.events.reversed() : page.events
        }
    }

    /// Events of a group that match a pattern, in order of time.
    ///
    /// - Parameter isWanted: says by name whether a stream counts.
    func filter(
        _ pattern: String, of id: LogGroupID, streams isWanted: (@Sendable (String) -> Bool)?, from: Timestamp,
        until: Timestamp, after place: EventPlace?, newestFirst: Bool, limit: Int
    ) async throws -> EventPage {
        _ = try FilterPattern(pattern)
        await flush()
        let (now, limits) = (clock.now, limits)
        return try await database.read { db in
            let store = LogsStore(db)
            let (key, group) = try store.existing(id)
            let streams = try isWanted.map { isWanted in
                try store.streamKeys(ofGroup: key).filter { isWanted($0.name) }.map(\.key)
            }
            let window = LogsStore.Window(
                group: key, streams: streams, from: max(from, group.horizon(at: now)), until: until, after: place,
                isNewestFirst: newestFirst)
            // Made anew here: a compiled regular expression does not go from one task to another.
            let pattern = try FilterPattern(pattern)
            return try store.page(of: window, limit: limit, limits) { pattern.matches($0.message) }
        }
    }

    private static func check(
        _ events: [(timestamp: Timestamp, message: String)], _ limits: LogsLimits
    ) throws {
        for event in events where LogEvent.size(of: event.message) > limits.eventBytes {
            throw LogsError.eventTooLarge(bytes: LogEvent.size(of: event.message), limit: limits.eventBytes)
        }
        let bytes = events.reduce(0) { $0 + LogEvent.size(of: $1.message) }
        guard bytes <= limits.batchBytes else {
            throw LogsError.batchTooLarge(bytes: bytes, limit: limits.batchBytes)
        }
        guard zip(events, events.dropFirst()).allSatisfy({ $0.timestamp <= $1.timestamp }) else {
            throw LogsError.outOfOrder
        }
    }
}

extension LogsStore {
    /// Up to `limit` events of a window, and no more bytes than one answer holds.
    fileprivate func page(
        of window: Window, limit: Int, _ limits: LogsLimits, _ isWanted: (LogEvent) -> Bool
    ) throws -> EventPage {
        var page = EventPage()
        var bytes = 0
        try forEachEvent(in: window) { event in
            guard isWanted(event) else { return true }
            let size = LogEvent.size(of: event.message)
            guard page.events.count < limit, page.events.isEmpty || bytes + size <= limits.pageBytes else {
                page.hasMore = true
                return false
            }
            page.events.append(event)
            bytes += size
            return true
        }
        return page
    }
}
