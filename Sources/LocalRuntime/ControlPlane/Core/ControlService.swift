package import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase

/// A service of which only what was written has to be read back: its operations over one table of JSON objects.
///
/// The pocket AWS runs no policies and no query engine. These services are there so that Terraform, the `aws` command
/// and the pipeline find what they ask for, unchanged.
package struct ControlService: AWSService {
    /// An operation within one transaction.
    typealias Operation = @Sendable (ControlCall, ControlRecords) throws -> JSONObject
    /// An operation that does more than its own records, such as sending a notification.
    typealias Effect = @Sendable (ControlCall) async throws -> JSONObject

    /// Large enough for the largest Glue table and the largest policy.
    private static let largestBody = 4 << 20

    package let signingNames: [String]
    let wire: ControlWire
    let isGlobal: Bool
    let operations: [String: Operation]
    let effects: [String: Effect]
    let database: EmulatorDatabase
    let clock: any Timekeeper

    init(
        _ name: String, _ wire: ControlWire, isGlobal: Bool = false, _ operations: [String: Operation],
        effects: [String: Effect] = [:], _ foundation: ControlFoundation
    ) {
        signingNames = [name]
        self.wire = wire
        self.isGlobal = isGlobal
        self.operations = operations
        self.effects = effects
        database = foundation.database
        clock = foundation.clock
    }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        let wire = wire.resolved(for: request)
        do {
            let body = try await request.http.body.collect(upTo: Self.largestBody)
            guard let (operation, parameters) = try wire.decode(request, body: body) else {
                throw ControlError.refused(WireError("MissingAction", "The request names no operation."))
            }
            let answer = try await perform(call(operation, parameters, request))
            return wire.encode(answer, of: operation, requestID: request.requestID)
        } catch let error as any ServiceError {
            return wire.encode(error.wire, requestID: request.requestID)
        } catch is BodyTooLarge {
            return wire.encode(
                WireError("RequestEntityTooLarge", "The request is too large.", status: 413),
                requestID: request.requestID)
        } catch {
            return wire.encode(.internalFailure(causedBy: error), requestID: request.requestID)
        }
    }

    package func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        wire.resolved(for: request).encode(error, requestID: request.requestID)
    }

    private func call(_ operation: String, _ parameters: JSONObject, _ request: AWSRequest) -> ControlCall {
        ControlCall(
            service: signingNames[0], operation: operation, account: request.scope.account,
            region: isGlobal ? "" : request.scope.region, now: clock.now, requestID: request.requestID,
            parameters: parameters)
    }

    private func perform(_ call: ControlCall) async throws -> JSONObject {
        if let effect = effects[call.operation] { return try await effect(call) }
        guard let operation = operations[call.operation] else {
            throw NotImplemented("\(call.service) \(call.operation)")
        }
        return try await database.write { db in
            try operation(call, ControlRecords(db: db, account: call.account, region: call.region))
        }
    }
}

/// What every control-plane service stands on.
package struct ControlFoundation: Sendable {
    package let database: EmulatorDatabase
    package let clock: any Timekeeper

    package init(database: EmulatorDatabase, clock: any Timekeeper) {
        self.database = database
        self.clock = clock
    }
}
