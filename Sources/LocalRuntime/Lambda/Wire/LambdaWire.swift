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
        let call = LambdaCall(service: self, request: request, parameters: match.parameters)
        return try await call.perform(operation)
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
    /// The parameters of the path.
    let parameters: [String]

    func perform(_ operation: LambdaOperation) async throws -> HTTPResponse {
        switch operation {
        case .invoke: try await invoke()
        case .createFunction: json(try await createFunction(try await members("CreateFunction")), status: 201)
        case .getFunction: json(try getFunction())
        case .getFunctionConfiguration: json(try entry().function.json(isQualified: isQualified))
        case .updateFunctionCode: json(try await updateCode(try await members("UpdateFunctionCode")))
        case .updateFunctionConfiguration:
            json(try await updateConfiguration(try await members("UpdateFunctionConfiguration")))
        case .listFunctions: json(try listFunctions())
        case .listVersionsByFunction: json(["Versions": [try entry().function.json(isQualified: true)]])
        case .deleteFunction: try await deleteFunction()
        case .putFunctionConcurrency: json(try await putConcurrency(try await members("PutFunctionConcurrency")))
        case .getFunctionConcurrency: json(try getConcurrency())
        case .deleteFunctionConcurrency: try await deleteConcurrency()
        case .listTags: json(["Tags": .map(try entry().function.tags)])
        case .tagResource: try await tag(try await members("TagResource"))
        case .untagResource: try await untag()
        case .getFunctionCodeSigningConfig: json(["FunctionName": .string(try entry().function.id.name)])
        case .getAccountSettings: json(accountSettings())
        }
    }

    /// The function that the path names, with the qualifier of the query.
    func functionID() throws -> FunctionID {
        let text = parameters[0]
        if let name = FunctionName(text) {
            if let region = name.region, region != request.scope.region {
                throw LambdaError.unreachableRegion(region, here: request.scope.region)
            }
            if let account = name.account, account != request.scope.account { throw LambdaError.accessDenied(text) }
        }
        return try service.resolve(
            text, account: request.scope.account, region: request.scope.region, qualifier: queryValue("Qualifier"))
    }

    func entry() throws -> LambdaService.Entry {
        try service.entry(try functionID())
    }

    var isQualified: Bool {
        queryValue("Qualifier") != nil || FunctionName(parameters[0])?.qualifier != nil
    }

    func queryValue(_ name: String) -> String? {
        request.query.first { $0.name == name }?.value
    }

    func members(_ operation: String) async throws -> RequestMembers {
        try RequestMembers(try await request.http.body.collect(upTo: Self.largestBody), operation: operation)
    }

    func json(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json", "x-amzn-RequestId": request.requestID],
            body: .bytes(value.bytes))
    }

    func empty(status: Int = 204) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["x-amzn-RequestId": request.requestID])
    }
}
