package import AWSProtocol

/// Lambda's REST JSON protocol: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
extension LambdaService: AWSService {
    package var signingNames: [String] { ["lambda"] }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        do {
            return try await answer(request)
        } catch let error as any ServiceError {
            return refusal(error.wire, to: request)
        } catch is BodyTooLarge {
            return refusal(WireError("RequestEntityTooLargeException", "Request too large.", status: 413), to: request)
        } catch {
            return refusal(.internalFailure(causedBy: error), to: request)
        }
    }

    package func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        var members = error.details
        // AWS spells this one member with a capital in some errors and without in others.
        let isCapital = ["ResourceNotFoundException", "ServiceException"].contains(error.code)
        members.append(isCapital ? "Message" : "message", .string(error.message))
        return HTTPResponse(
            status: error.status,
            headers: [
                "Content-Type": "application/json", "x-amzn-RequestId": request.requestID,
                "x-amzn-ErrorType": error.code,
            ], body: .bytes(JSONValue.object(members).bytes))
    }

    private func answer(_ request: AWSRequest) async throws -> HTTPResponse {
        guard let match = LambdaRoutes.all.match(request.http.method, request.http.path) else {
            throw WireRefusal(
                wire: WireError("UnknownOperationException", "\(request.http.method) \(request.http.path)", status: 404)
            )
        }
        guard let operation = LambdaOperation(rawValue: match.operation) else {
            throw NotImplemented("Lambda's \(match.operation)")
        }
        let call = LambdaCall(
            service: self, request: request, operation: operation, parameters: match.parameters)
        return try await call.perform()
    }
}

/// A refusal that belongs to no function.
private struct WireRefusal: ServiceError {
    let wire: WireError
}

/// One request on its way through one operation.
struct LambdaCall {
    /// A zip at its limit in Base64, and the rest of a request.
    private static let largestBody = 70_167_211

    let service: LambdaService
    let request: AWSRequest
    let operation: LambdaOperation
    /// The parameters of the path.
    let parameters: [String]

    func perform() async throws -> HTTPResponse {
        switch operation {
        case .invoke: try await invoke()
        case .invokeWithResponseStream: try await invokeWithResponseStream()
        case .createFunction: json(try await createFunction(try await members(operation)), status: 201)
        case .getFunction: json(try getFunction())
        case .getFunctionConfiguration: json(try getFunctionConfiguration())
        case .updateFunctionCode: json(try await updateCode(try await members(operation)))
        case .updateFunctionConfiguration: json(try await updateConfiguration(try await members(operation)))
        case .listFunctions: json(try listFunctions())
        case .deleteFunction: try await deleteFunction()
        case .putFunctionConcurrency: json(try await putConcurrency(try await members(operation)))
        case .getFunctionConcurrency: json(try getConcurrency())
        case .deleteFunctionConcurrency: try await deleteConcurrency()
        case .listTags: json(["Tags": .map(try entry(try taggedFunction()).function.tags)])
        case .tagResource: try await tag(try await members(operation))
        case .untagResource: try await untag()
        case .getFunctionCodeSigningConfig: json(["FunctionName": .string(try function().id.name)])
        case .getFunctionRecursionConfig: json(["RecursiveLoop": .string(try function().recursiveLoop.rawValue)])
        case .putFunctionRecursionConfig: json(try await putRecursionConfig(try await members(operation)))
        case .getRuntimeManagementConfig: json(try runtimeManagementConfig())
        case .getAccountSettings: json(accountSettings())
        case .publishVersion, .listVersionsByFunction, .createAlias, .getAlias, .listAliases, .updateAlias,
            .deleteAlias:
            try await performOnVersions(operation)
        case .putFunctionEventInvokeConfig, .updateFunctionEventInvokeConfig, .getFunctionEventInvokeConfig,
            .listFunctionEventInvokeConfigs, .deleteFunctionEventInvokeConfig:
            try await performOnEventInvokeConfig(operation)
        case .addPermission, .getPolicy, .removePermission: try await performOnPolicy(operation)
        }
    }

    /// The function that the path names, with the qualifier of the path or of the query.
    func target() throws -> QualifiedFunction {
        let text = parameters[0]
        let name = FunctionName(text)
        var findings = Constraint.length("functionName", text, operation.longestFunctionName)
        if name == nil { findings.append(Constraint.pattern("functionName", text, FunctionName.pattern)) }
        if let qualifier = queryValue("Qualifier") { findings += Constraint.length("qualifier", qualifier, 128) }
        guard let name, findings.isEmpty else { throw LambdaError.validation(findings) }
        let scope = request.scope
        if let region = name.region, region != scope.region {
            throw LambdaError.unreachableRegion(region, here: scope.region)
        }
        if let account = name.account, account != scope.account { throw LambdaError.accessDenied(text) }
        return try service.locate(
            name, account: scope.account, region: scope.region, qualifier: queryValue("Qualifier"))
    }

    /// The function that the path names, for operations on the whole of it.
    func functionID() throws -> FunctionID {
        let target = try target()
        guard target.qualifier == nil || target.qualifier == .version(.latest) else {
            throw LambdaError.functionNotFound(target.arn)
        }
        return target.id
    }

    func entry(_ id: FunctionID) throws -> LambdaService.Entry {
        try service.entry(id)
    }

    func function() throws -> Function {
        try entry(try functionID()).function
    }

    func queryValue(_ name: String) -> String? {
        request.http.query.isEmpty ? nil : request.query.first { $0.name == name }?.value
    }

    func members(_ operation: LambdaOperation) async throws -> RequestMembers {
        do {
            let body = try await request.http.body.collect(upTo: Self.largestBody)
            return try RequestMembers(body, operation: operation.rawValue)
        } catch is BodyTooLarge {
            throw LambdaError.requestTooLarge(operation: operation.rawValue, limit: Self.largestBody)
        }
    }

    func json(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json", "x-amzn-RequestId": request.requestID],
            body: .bytes(value.bytes))
    }

    /// One page of a list whose items are in the order of their keys; the marker is the last key of the page before.
    func page<Item>(
        _ items: [Item], as name: String, most: Int = 50, key: (Item) -> String, _ convert: (Item) -> JSONValue
    ) throws -> JSONValue {
        let limit = try queryValue("MaxItems").map { text in
            guard let limit = Int(text) else { throw LambdaError.wrongType("MaxItems", "an integer") }
            return limit
        }
        let findings = limit.map { Constraint.range("maxItems", $0, 1...10_000) } ?? []
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
        let count = min(limit ?? most, most)
        var rest = items[...]
        if let marker = queryValue("Marker"), let before = items.firstIndex(where: { key($0) == marker }) {
            rest = items[(before + 1)...]
        }
        var answer: JSONObject = [:]
        answer.append(name, .array(rest.prefix(count).map(convert)))
        if rest.count > count, let last = rest.prefix(count).last { answer.append("NextMarker", .string(key(last))) }
        return .object(answer)
    }

    func empty(status: Int = 204) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["x-amzn-RequestId": request.requestID])
    }
}
