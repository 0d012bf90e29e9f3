package import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase

/// DynamoDB on SQLite: tables, items, indexes, expressions, transactions and expiry.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
///
/// Reads see everything that was answered before them: every read is as strong as AWS's strongly consistent one.
package final class DynamoDBService: AWSService {
    package let signingNames = ["dynamodb"]

    let database: EmulatorDatabase
    let clock: any Timekeeper
    let limits: DynamoDBLimits
    let catalogue: TableCatalogue
    let expirySweep: ExpirySweep
    let purge: Purge
    let contentsMemory = ContentsMemory()

    /// The service's part of the state file.
    package static let schema: [SchemaVersion] = DynamoDBStore.schema

    package init(database: EmulatorDatabase, clock: any Timekeeper, limits: DynamoDBLimits = .aws) {
        self.database = database
        self.clock = clock
        self.limits = limits
        catalogue = TableCatalogue(database: database)
        expirySweep = ExpirySweep(database: database, clock: clock)
        purge = Purge(database: database)
    }

    /// Begins to delete items whose time to live has passed, and what deleted tables have left.
    package func start() async throws {
        try await expirySweep.start()
        purge.start()
    }

    package func stop() async {
        await expirySweep.stop()
        await purge.stop()
    }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        var response = await response(to: request)
        response.headers.add("Date", clock.now.httpDate)
        response.headers.add("Server", "Server")
        return response
    }

    private func response(to request: AWSRequest) async -> HTTPResponse {
        do {
            let answer = try await answer(to: request)
            return DynamoDBWire.response(answer.bytes, requestID: request.requestID)
        } catch {
            return DynamoDBWire.response(to: error, requestID: request.requestID)
        }
    }

    package func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        DynamoDBWire.refusal(error, "com.amazon.coral.service", request.requestID)
    }

    private func answer(to request: AWSRequest) async throws -> Answer {
        let operation = try DynamoDBWire.operation(of: request.http)
        let body = try await body(of: request.http)
        let members = try DynamoDBWire.members(of: body)
        try operation.shape.checkTypes(of: .object(members))
        if case .structure(_, let shape) = operation.shape {
            try ConstraintCheck.check(members, shape, stopsAfter: operation.checkedFirst)
        }
        return try await perform(operation, Call(members, account: request.scope.account, region: request.scope.region))
    }

    /// The body of a request as its client wrote it, before it was compressed.
    ///
    /// - Throws: `CompressionFailure`, `BodyTooLarge`.
    private func body(of request: HTTPRequest) async throws -> [UInt8] {
        let body = try await request.body.collect(upTo: limits.request_bytes)
        switch request.headers["content-encoding"]?.lowercased() {
        case nil, "", "identity": return body
        case "gzip": return try Gzip.decompress(body, limit: limits.request_bytes)
        default: throw CompressionFailure()
        }
    }

    func perform(_ operation: DynamoDBOperation, _ call: Call) async throws -> Answer {
        // A definition goes out of date only while a request is under way; the second try sees the new one.
        while true {
            do {
                return try await performOnce(operation, call)
            } catch let stale as StaleTable {
                catalogue.forget(stale.table)
            }
        }
    }

    private func performOnce(_ operation: DynamoDBOperation, _ call: Call) async throws -> Answer {
        switch operation {
        case .createTable: Answer(try await createTable(call))
        case .describeTable: Answer(try await describeTable(call))
        case .updateTable: Answer(try await updateTable(call))
        case .deleteTable: Answer(try await deleteTable(call))
        case .listTables: Answer(try await listTables(call))
        case .putItem: try await putItem(call)
        case .getItem: try await getItem(call)
        case .updateItem: try await updateItem(call)
        case .deleteItem: try await deleteItem(call)
        case .query: try await query(call)
        case .scan: try await scan(call)
        case .batchGetItem: try await batchGetItem(call)
        case .batchWriteItem: Answer(try await batchWriteItem(call))
        case .transactGetItems: try await transactGetItems(call)
        case .transactWriteItems: Answer(try await transactWriteItems(call))
        case .updateTimeToLive: Answer(try await updateTimeToLive(call))
        case .describeTimeToLive: Answer(try await describeTimeToLive(call))
        case .tagResource: try await tagResource(call)
        case .untagResource: try await untagResource(call)
        case .listTagsOfResource: Answer(try await listTagsOfResource(call))
        case .describeContinuousBackups: Answer(try await describeContinuousBackups(call))
        case .updateContinuousBackups: Answer(try await updateContinuousBackups(call))
        case .describeEndpoints: Answer(describeEndpoints(call))
        case .describeLimits: Answer(describeLimits(call))
        case .listStreams: Answer(try await listStreams(call))
        case .describeStream: Answer(try await describeStream(call))
        case .getShardIterator: Answer(try await getShardIterator(call))
        case .getRecords: try await getRecords(call)
        }
    }
}

/// A request as its operation reads it: members that were checked against the operation's shape, and whose tables it
/// means.
struct Call: Sendable {
    let members: JSONObject
    let account: String
    let region: String

    init(_ members: JSONObject, account: String, region: String) {
        self.members = members
        self.account = account
        self.region = region
    }

    /// A member; nil for an explicit null, too.
    subscript(name: String) -> JSONValue? {
        members[name].flatMap { $0.isNull ? nil : $0 }
    }

    /// The same caller with a part of the request.
    func part(_ members: JSONObject) -> Call {
        Call(members, account: account, region: region)
    }

    /// One action of a transaction. Names and values that it has without any expression are not looked at there.
    func action(_ members: JSONObject) -> Call {
        var call = part(members)
        let expressions = ["ConditionExpression", "UpdateExpression", "ProjectionExpression"]
        if expressions.allSatisfy({ call[$0] == nil }) {
            let idle = ["ExpressionAttributeNames", "ExpressionAttributeValues"]
            call = part(JSONObject(members.members.filter { !idle.contains($0.name) }.map { ($0.name, $0.value) }))
        }
        return call
    }
}
