import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
    func getShardIterator(_ call: Call) async throws -> JSONObject {
        let now = clock.now
        let type = call["ShardIteratorType"]?.string ?? ""
        let number = call["SequenceNumber"]?.string
        let iterator = try await database.read { db in
            let store = DynamoDBStore(db)
            let stream = try Self.stream(call["StreamArn"]?.string ?? "", call, store, at: now)
            let shard = call["ShardId"]?.string ?? ""
            guard shard == stream.shardID else { throw DynamoDBError.shardNotFound(shard, stream: stream.arn) }
            let position = try Self.position(type, number, stream, store, at: now)
            return ShardIterator(stream: stream.arn, position: position, issuedAt: now)
        }
        return ["ShardIterator": .string(iterator.wire)]
    }

    private static func position(
        _ type: String, _ wire: String?, _ stream: StreamDefinition, _ store: DynamoDBStore, at now: Timestamp
    ) throws -> ShardIterator.Position {
        if wire != nil, ["TRIM_HORIZON", "LATEST"].contains(type) {
            throw ValidationFailure.stream(.sequenceNumberNotAllowed(type))
        }
        switch type {
        case "TRIM_HORIZON": return .trimHorizon
        case "LATEST": return .behind(try store.lastSequenceNumber())
        default: break
        }
        guard let wire else { throw ValidationFailure.stream(.sequenceNumberMissing(type)) }
        guard let number = SequenceNumber(wire: wire), number >= stream.first, number <= stream.last ?? number else {
            throw ValidationFailure.stream(.invalidSequenceNumber(wire))
        }
        let position = type == "AT_SEQUENCE_NUMBER" ? SequenceNumber(number.value - 1) : number
        if try store.hasTrimmed(stream, behind: position, at: now) { throw DynamoDBError.trimmedDataAccess }
        return .behind(position)
    }

    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
    func getRecords(_ call: Call) async throws -> Answer {
        let now = clock.now
        guard let iterator = ShardIterator(wire: call["ShardIterator"]?.string ?? "") else {
            throw ValidationFailure.stream(.invalidIterator)
        }
        if now - iterator.issuedAt > ShardIterator.lifetime { throw DynamoDBError.expiredIterator }
        let (limit, page_bytes) = (call["Limit"]?.flooredInteger ?? 1000, limits.page_bytes)
        return try await database.read { db in
            let store = DynamoDBStore(db)
            let stream = try Self.stream(iterator.stream, call, store, at: now)
            if case .behind(let position) = iterator.position, try store.hasTrimmed(stream, behind: position, at: now) {
                throw DynamoDBError.trimmedDataAccess
            }
            let page = try RecordPage.read(stream, iterator, limit: limit, page_bytes, store, at: now)
            return page.answer
        }
    }
}

/// Where in a stream a reader stands, and since when.
struct ShardIterator: Sendable {
    enum Position: Sendable {
        /// The oldest record that can be read, whichever that is by then.
        case trimHorizon
        case behind(SequenceNumber)
    }

    /// How long an iterator is good.
    static let lifetime = Duration.seconds(900)

    var stream: String
    var position: Position
    var issuedAt: Timestamp

    init(stream: String, position: Position, issuedAt: Timestamp) {
        self.stream = stream
        self.position = position
        self.issuedAt = issuedAt
    }

    /// The stream's ARN, and what only this service reads.
    init?(wire: String) {
        let parts = wire.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1] == "1", let bytes = try? Base64.decode(String(parts[2])) else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: "|").map { Int64($0) }
        guard numbers.count == 2, let after = numbers[0], let issuedAt_ms = numbers[1] else { return nil }
        stream = String(parts[0])
        position = after < 0 ? .trimHorizon : .behind(SequenceNumber(after))
        issuedAt = Timestamp(milliseconds: issuedAt_ms)
    }

    var wire: String {
        let after =
            switch position {
            case .trimHorizon: Int64(-1)
            case .behind(let number): number.value
            }
        return "\(stream)|1|\(Base64.encode(Array("\(after)|\(issuedAt.milliseconds)".utf8)))"
    }
}

/// What one GetRecords reads.
private struct RecordPage {
    private var records: [Answer] = []
    private var next: ShardIterator?

    static func read(
        _ stream: StreamDefinition, _ iterator: ShardIterator, limit: Int, _ page_bytes: Int, _ store: DynamoDBStore,
        at now: Timestamp
    ) throws -> RecordPage {
        var page = RecordPage()
        var position = iterator.position
        var (size_bytes, isFull) = (0, false)
        let start = if case .behind(let number) = position { number } else { SequenceNumber(0) }
        try store.walkRecords(ofStream: stream.id, behind: start, at: now) { number, time, record in
            page.records.append(record.answer(number, time, stream))
            position = .behind(number)
            size_bytes += record.size_bytes
            isFull = page.records.count == limit || size_bytes >= page_bytes
            return !isFull
        }
        // A stream that has ended and was read to its end has nothing to go on with.
        if stream.last == nil || isFull {
            page.next = ShardIterator(stream: stream.arn, position: position, issuedAt: now)
        }
        return page
    }

    var answer: Answer {
        var answer: Answer = ["Records": .answers(records)]
        if let next { answer.append("NextShardIterator", json: .string(next.wire)) }
        return answer
    }
}

extension StreamRecord {
    fileprivate func answer(_ number: SequenceNumber, _ time: Timestamp, _ stream: StreamDefinition) -> Answer {
        var change: Answer = [
            "ApproximateCreationDateTime": .json(.integer(time.seconds)), "Keys": .item(keys),
        ]
        if let new { change.append("NewImage", .item(new)) }
        if let old { change.append("OldImage", .item(old)) }
        change.append("SequenceNumber", json: .string(number.wire))
        change.append("SizeBytes", json: .integer(size_bytes))
        change.append("StreamViewType", json: .string(stream.view.rawValue))
        var answer: Answer = [
            "eventID": .json(.string(Hex.encode(Digest.of("\(stream.arn)/\(number.wire)", .md5)))),
            "eventName": .json(.string(event.rawValue)), "eventVersion": .json("1.1"),
            "eventSource": .json("aws:dynamodb"), "awsRegion": .json(.string(stream.region)),
            "dynamodb": .answer(change),
        ]
        if isExpiry {
            answer.append("userIdentity", json: ["PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"])
        }
        return answer
    }
}
