package import AWSProtocol
import EmulatorClock

/// REST JSON under `/2015-03-31/event-source-mappings`: a part of Lambda's API.
/// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
extension MappingService: AWSService {
    /// The first part of every path that belongs here; Lambda's signing name is Lambda's.
    package static let pathPrefix = "/2015-03-31/event-source-mappings"

    static let largestBody = 1 << 20

    /// None: requests are signed for `lambda`, and told apart by their path.
    package var signingNames: [String] { [] }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        do {
            return try await answer(request)
        } catch let error as any ServiceError {
            return refusal(error.wire, to: request)
        } catch {
            FaultLog.note(error)
            return refusal(
                WireError("ServiceException", "An error occurred and the request cannot be processed.", status: 500),
                to: request)
        }
    }

    package func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        // Some of Lambda's errors spell their message large.
        let name = error.code == "ResourceNotFoundException" ? "Message" : "message"
        var body = error.details
        body.append(name, .string(error.message))
        var response = Self.response(.object(body), status: error.status, request)
        response.headers.add("x-amzn-ErrorType", error.code)
        return response
    }

    private func answer(_ request: AWSRequest) async throws -> HTTPResponse {
        guard request.http.path.hasPrefix(Self.pathPrefix) else { return try await answerTags(request) }
        let rest = request.http.path.dropFirst(Self.pathPrefix.count).split(separator: "/")
        let id = rest.first.flatMap { PercentEncoding.decode($0) }
        switch (request.http.method, id, rest.count) {
        case ("POST", nil, 0): return try await create(request)
        case ("GET", nil, 0): return try list(request)
        case ("GET", let id?, 1):
            let mapping = try mapping(id)
            return Self.response(Self.json(mapping, mapping.isEnabled ? .enabled : .disabled), status: 200, request)
        case ("PUT", let id?, 1): return try await update(id, request)
        case ("DELETE", let id?, 1):
            return Self.response(Self.json(try await delete(id), .deleting), status: 202, request)
        default: throw NotImplemented("\(request.http.method) \(request.http.path)")
        }
    }

    private func create(_ request: AWSRequest) async throws -> HTTPResponse {
        let parameters = try await parameters(of: request)
        guard let source = parameters.eventSourceARN else { throw MappingError.unrecognizedEventSource }
        var settings = MappingSettings()
        try parameters.apply(to: &settings)
        let mapping = try await create(
            eventSourceARN: source, functionName: parameters.functionName ?? "", settings: settings,
            isEnabled: parameters.isEnabled ?? true, tags: parameters.tags, account: request.scope.account,
            region: request.scope.region)
        return Self.response(Self.json(mapping, mapping.isEnabled ? .creating : .disabled), status: 202, request)
    }

    private func update(_ id: String, _ request: AWSRequest) async throws -> HTTPResponse {
        let before = try mapping(id)
        let parameters = try await parameters(of: request)
        let mapping = try await update(
            id, functionName: parameters.functionName, isEnabled: parameters.isEnabled, parameters.apply)
        let state: MappingState =
            switch (before.isEnabled, mapping.isEnabled) {
            case (false, true): .enabling
            case (true, false): .disabling
            default: .updating
            }
        return Self.response(Self.json(mapping, state), status: 202, request)
    }

    func parameters(of request: AWSRequest) async throws -> MappingParameters {
        try MappingParameters(body: try await request.http.body.collect(upTo: Self.largestBody), limits: limits)
    }

    private func list(_ request: AWSRequest) throws -> HTTPResponse {
        func value(_ name: String) -> String? { request.query.last { $0.name == name }?.value }
        var listed = mappings.filter { $0.account == request.scope.account && $0.region == request.scope.region }
        if let source = value("EventSourceArn") { listed.removeAll { $0.eventSourceARN != source } }
        if let name = value("FunctionName") {
            let function = FunctionReference(name, account: request.scope.account, region: request.scope.region)
            listed.removeAll { $0.functionARN != function?.arn }
        }
        if let marker = value("Marker") { listed.removeAll { $0.id <= marker } }
        let size = value("MaxItems").flatMap(Int.init) ?? 100
        guard limits.pageSize.contains(size) else {
            throw MappingError.constraint(
                value: String(size), member: "maxItems",
                rule: "Member must have value between \(limits.pageSize.lowerBound) and \(limits.pageSize.upperBound)")
        }
        let page = listed.prefix(size)
        var body: JSONObject = [
            "EventSourceMappings": .array(page.map { Self.json($0, $0.isEnabled ? .enabled : .disabled) })
        ]
        if page.count < listed.count, let last = page.last { body.append("NextMarker", .string(last.id)) }
        return Self.response(.object(body), status: 200, request)
    }

    private static func json(_ mapping: EventSourceMapping, _ state: MappingState) -> JSONValue {
        var members: JSONObject = [
            "UUID": .string(mapping.id),
            "EventSourceArn": .string(mapping.eventSourceARN),
            "EventSourceMappingArn": .string(mapping.arn),
            "FunctionArn": .string(mapping.functionARN),
            "LastModified": .double(Double(mapping.lastModified.milliseconds) / 1000),
            "State": .string(state.rawValue),
            "StateTransitionReason": "USER_INITIATED",
        ]
        mapping.settings.json.members.forEach { members.append($0.name, $0.value) }
        return .object(members)
    }

    static func response(_ value: JSONValue, status: Int, _ request: AWSRequest) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json", "x-amzn-RequestId": request.requestID],
            body: .bytes(value.bytes))
    }
}
