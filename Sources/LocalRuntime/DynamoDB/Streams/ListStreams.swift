import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html
    func listStreams(_ call: Call) async throws -> JSONObject {
        let limit = call["Limit"]?.flooredInteger ?? 100
        let (now, table) = (clock.now, call["TableName"]?.string)
        let start = call["ExclusiveStartStreamArn"]?.string
        let streams = try await database.read { db in
            let store = DynamoDBStore(db)
            let after = try start.map { try Self.stream($0, call, store, at: now).id }
            return try store.streams(
                account: call.account, region: call.region, table: table, after: after ?? 0, limit: limit + 1, at: now)
        }
        var answer: JSONObject = [
            "Streams": .array(
                streams.prefix(limit).map {
                    ["StreamArn": .string($0.arn), "TableName": .string($0.table), "StreamLabel": .string($0.label)]
                })
        ]
        if streams.count > limit { answer.append("LastEvaluatedStreamArn", .string(streams[limit - 1].arn)) }
        return answer
    }

    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
    func describeStream(_ call: Call) async throws -> JSONObject {
        let now = clock.now
        let stream = try await database.read { db in
            try Self.stream(call["StreamArn"]?.string ?? "", call, DynamoDBStore(db), at: now)
        }
        let isBehind = call["ExclusiveStartShardId"]?.string.map { $0 >= stream.shardID } ?? false
        // Those of a shard's children that are asked for are none, for a shard has none here.
        let isFiltered = call["ShardFilter"] != nil
        return ["StreamDescription": stream.description(shards: isBehind || isFiltered ? [] : [stream.shard])]
    }

    /// The stream of an ARN that is the caller's.
    ///
    /// - Throws: `DynamoDBError.streamNotFound`, `ValidationFailure` when the text is no ARN of a stream.
    static func stream(
        _ text: String, _ call: Call, _ store: DynamoDBStore, at now: Timestamp
    ) throws -> StreamDefinition {
        guard let arn = StreamARN(text) else { throw ValidationFailure.stream(.invalidARN(text)) }
        guard arn.account == call.account, arn.region == call.region, let stream = try store.stream(arn, at: now) else {
            throw DynamoDBError.streamNotFound(text)
        }
        return stream
    }
}

extension StreamDefinition {
    fileprivate func description(shards: [JSONValue]) -> JSONValue {
        [
            "StreamArn": .string(arn),
            "StreamLabel": .string(label),
            "StreamStatus": last == nil ? "ENABLED" : "DISABLED",
            "StreamViewType": .string(view.rawValue),
            "CreationRequestDateTime": .seconds(createdAt_ms),
            "TableName": .string(table),
            "KeySchema": keySchema.wire,
            "Shards": .array(shards),
        ]
    }

    fileprivate var shard: JSONValue {
        var range: JSONObject = ["StartingSequenceNumber": .string(first.wire)]
        if let last { range.append("EndingSequenceNumber", .string(max(first, last).wire)) }
        return ["ShardId": .string(shardID), "SequenceNumberRange": .object(range)]
    }
}

extension TableDefinition {
    /// What a table's description says of its stream: the latest one is named even when it is off.
    func appendStream(to members: inout JSONObject) {
        guard let stream = settings.stream else { return }
        if stream.isEnabled {
            members.append(
                "StreamSpecification", ["StreamEnabled": true, "StreamViewType": .string(stream.view.rawValue)])
        }
        let arn = StreamARN(account: account, region: region, table: name, createdAt_ms: stream.createdAt_ms)
        members.append("LatestStreamLabel", .string(StreamARN.label(stream.createdAt_ms)))
        members.append("LatestStreamArn", .string(arn.text))
    }
}
