/// What one request may hold.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
package struct DynamoDBBatchLimits: Sendable {
    /// Keys in a `BatchGetItem`.
    package var keys: Int

    /// Puts and deletes in a `BatchWriteItem`.
    package var writes: Int

    package init(keys: Int, writes: Int) {
        self.keys = keys
        self.writes = writes
    }

    package static let aws = DynamoDBBatchLimits(keys: 100, writes: 25)
}

/// A line of a batch: no conditions, no updates.
package enum DynamoDBWrite: Sendable, Equatable {
    case put(DynamoDBItem)
    case delete(key: DynamoDBItem)

    fileprivate var wire: DynamoDBWire.Write {
        switch self {
        case .put(let item): .init(PutRequest: .init(Item: item))
        case .delete(let key): .init(DeleteRequest: .init(Key: key))
        }
    }
}

extension DynamoDBClient {
    /// Reads any number of items, in no order; a key without an item is left out. A key may come once only.
    ///
    /// What DynamoDB leaves unread is asked for again; when that gets nowhere, `DynamoDBError.unprocessed`.
    package func batchGet(
        keys: [DynamoDBItem], in table: String, isConsistent: Bool = false
    ) async throws -> [DynamoDBItem] {
        var items: [DynamoDBItem] = []
        try await inChunks(keys, of: limits.keys, table) { keys in
            let request = DynamoDBWire.Keys(Keys: keys, ConsistentRead: isConsistent)
            let output: DynamoDBWire.BatchGetOutput = try await session.call(
                .dynamoDB, "BatchGetItem", DynamoDBWire.BatchGetInput(RequestItems: [table: request]))
            items += output.Responses?[table] ?? []
            return output.UnprocessedKeys?[table]?.Keys ?? []
        }
        return items
    }

    /// Writes any number of items, each key once only.
    ///
    /// What DynamoDB leaves unwritten is sent again; when that gets nowhere, `DynamoDBError.unprocessed`.
    package func batchWrite(_ writes: [DynamoDBWrite], to table: String) async throws {
        try await inChunks(writes.map(\.wire), of: limits.writes, table) { writes in
            let output: DynamoDBWire.BatchWriteOutput = try await session.call(
                .dynamoDB, "BatchWriteItem", DynamoDBWire.BatchWriteInput(RequestItems: [table: writes]))
            return output.UnprocessedItems?[table] ?? []
        }
    }

    /// Gives the requests to `send` in chunks. What comes back undone waits, and goes again with others; it counts as a
    /// failed try only when nothing of a chunk was done.
    private func inChunks<Request>(
        _ requests: [Request], of size: Int, _ table: String, send: ([Request]) async throws -> [Request]
    ) async throws {
        var waiting = requests[...]
        var tried = 0
        while !waiting.isEmpty {
            let chunk = Array(waiting.prefix(size))
            let undone = try await send(chunk)
            waiting = waiting.dropFirst(size) + undone
            guard !undone.isEmpty else {
                tried = 0
                continue
            }
            tried = undone.count < chunk.count ? 1 : tried + 1
            guard tried < session.retry.tries, try await session.pause(after: tried) else {
                throw DynamoDBError.unprocessed(table: table, count: waiting.count)
            }
        }
    }
}
