import AWSProtocol
import EmulatorClock

/// Events.
extension LogsCall {
    func putLogEvents() async throws -> JSONObject {
        try refuse("entity", in: "PutLogEvents")
        let group = try namedGroup()
        let stream = try streamName()
        guard let items = try members.structures("logEvents", count: service.limits.batchCount) else {
            throw members.missing("logEvents")
        }
        let events = try items.map { item in
            guard let timestamp = try item.integer("timestamp", in: 0...Int.max) else {
                throw item.missing("timestamp")
            }
            let message = try item.required("message", length: 1...Int.max)
            return (timestamp: Timestamp(milliseconds: Int64(timestamp)), message: message)
        }
        let rejected = try await service.put(events, to: stream, of: group)
        // Sequence tokens are given as ever, and paid no heed.
        var answer: JSONObject = [
            "nextSequenceToken": .string(EventToken.digits(service.clock.now.milliseconds, width: 56))
        ]
        if rejected != RejectedEvents() {
            var info = JSONObject()
            info["tooNewLogEventStartIndex"] = rejected.tooNewStart.map { .integer($0) }
            info["tooOldLogEventEndIndex"] = rejected.tooOldEnd.map { .integer($0) }
            info["expiredLogEventEndIndex"] = rejected.expiredEnd.map { .integer($0) }
            answer["rejectedLogEventsInfo"] = .object(info)
        }
        return answer
    }

    func getLogEvents() async throws -> JSONObject {
        let group = try identifiedGroup()
        let stream = try streamName()
        let token = try members.string("nextToken", length: 1...2048).map(EventToken.init)
        let startsFromHead = try members.bool("startFromHead") ?? false
        let events = try await service.get(
            stream: stream, of: group, from: try timestamp("startTime") ?? Timestamp(milliseconds: 0),
            until: try timestamp("endTime") ?? .distantFuture, after: token?.place,
            backward: token.map { !$0.isForward } ?? !startsFromHead,
            limit: try members.integer("limit", in: service.limits.page) ?? service.limits.page.upperBound)
        // At the end of the stream the token that was given comes back, on either side.
        let start = token?.place ?? EventPlace(timestamp: Timestamp(milliseconds: 0), id: 0)
        let (first, last) = (events.first?.place ?? start, events.last?.place ?? start)
        return [
            "events": .array(
                events.map { event in
                    [
                        "timestamp": .integer(event.timestamp.milliseconds), "message": .string(event.message),
                        "ingestionTime": .integer(event.ingested.milliseconds),
                    ]
                }),
            "nextBackwardToken": .string(EventToken(place: first, isForward: false).wire),
            "nextForwardToken": .string(EventToken(place: last, isForward: true).wire),
        ]
    }

    func filterLogEvents() async throws -> JSONObject {
        let group = try identifiedGroup()
        let names = try members.strings("logStreamNames", count: 1...100, length: 1...512, pattern: Self.streamName)
        let prefix = try members.string("logStreamNamePrefix", length: 1...512, pattern: Self.streamName)
        if names != nil, prefix != nil { throw LogsError.namesAndPrefix }
        let token = try members.string("nextToken", length: 1...2048).map(EventToken.init)
        let newestFirst = try token.map { !$0.isForward } ?? (members.bool("startFromHead") == false)
        let end = try timestamp("endTime") ?? .distantFuture
        var isWanted: (@Sendable (String) -> Bool)?
        if let names { isWanted = { names.contains($0) } }
        if let prefix { isWanted = { $0.hasPrefix(prefix) } }
        let page = try await service.filter(
            try members.string("filterPattern", length: 0...1024) ?? "", of: group, streams: isWanted,
            from: try timestamp("startTime") ?? Timestamp(milliseconds: 0),
            // Here, unlike in GetLogEvents, an event of the end itself counts.
            until: end < .distantFuture ? end + .milliseconds(1) : end, after: token?.place,
            newestFirst: newestFirst,
            limit: try members.integer("limit", in: service.limits.page) ?? service.limits.page.upperBound)
        var answer: JSONObject = ["events": .array(page.events.map(Self.json)), "searchedLogStreams": []]
        if page.hasMore, let last = page.events.last {
            answer["nextToken"] = .string(EventToken(place: last.place, isForward: !newestFirst).wire)
        }
        return answer
    }

    private static func json(_ event: LogEvent) -> JSONValue {
        [
            "logStreamName": .string(event.stream), "timestamp": .integer(event.timestamp.milliseconds),
            "message": .string(event.message), "ingestionTime": .integer(event.ingested.milliseconds),
            "eventId": .string(EventToken.digits(event.place)),
        ]
    }
}

/// Where to read on: `f/` or `b/` and 56 digits, like AWS's.
struct EventToken {
    var place: EventPlace
    var isForward: Bool

    init(place: EventPlace, isForward: Bool) {
        self.place = place
        self.isForward = isForward
    }

    /// - Throws: `LogsError.invalidToken`
    init(_ wire: String) throws {
        let digits = wire.utf8.dropFirst(2)
        guard wire.hasPrefix("f/") || wire.hasPrefix("b/"), digits.count == 56,
            digits.allSatisfy({ (48...57).contains($0) }),
            let timestamp = Int64(String(decoding: digits.prefix(28), as: UTF8.self)),
            let id = Int64(String(decoding: digits.suffix(28), as: UTF8.self))
        else { throw LogsError.invalidToken }
        place = EventPlace(timestamp: Timestamp(milliseconds: timestamp), id: id)
        isForward = wire.hasPrefix("f")
    }

    var wire: String { (isForward ? "f/" : "b/") + Self.digits(place) }

    static func digits(_ place: EventPlace) -> String {
        digits(place.timestamp.milliseconds, width: 28) + digits(place.id, width: 28)
    }

    static func digits(_ number: Int64, width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}

extension LogEvent {
    fileprivate var place: EventPlace { EventPlace(timestamp: timestamp, id: id) }
}
