package import AWSProtocol

/// AWS JSON 1.0, `X-Amz-Target: AWSStepFunctions.<Operation>`.
extension StepFunctionsService: AWSService {
    private static let targetPrefix = "AWSStepFunctions"
    private static let namespace = "com.amazonaws.swf.service.v2.model"
    /// A definition of 1 MiB, every byte of it escaped.
    private static let largestBody = 8 << 20

    package var signingNames: [String] { ["states"] }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        do {
            let operation = try Self.operation(of: request.http)
            let body = try await request.http.body.collect(upTo: Self.largestBody)
            guard case .object(let members)? = try? JSONValue(parsing: body) else {
                throw StepFunctionsError.serialization
            }
            let call = StepFunctionsCall(
                service: self, account: request.scope.account, region: request.scope.region,
                traceHeader: request.http.headers["x-amzn-trace-id"], parameters: StepParameters(members))
            let answer = try await call.perform(operation)
            return AWSJSON.response(.object(answer), .v1_0, requestID: request.requestID)
        } catch let error as any ServiceError {
            return refusal(error.wire, to: request)
        } catch is BodyTooLarge {
            return refusal(
                WireError("RequestEntityTooLarge", "The request is too large.", status: 413), to: request)
        } catch {
            return refusal(.internalFailure(causedBy: error), to: request)
        }
    }

    package func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        let namespace = error.code == "ValidationException" ? "com.amazon.coral.validate" : Self.namespace
        return AWSJSON.refusal(error, .v1_0, namespace: namespace, requestID: request.requestID)
    }

    private static func operation(of request: HTTPRequest) throws -> StepFunctionsOperation {
        guard let name = AWSJSON.operation(of: request, prefix: targetPrefix) else {
            throw StepFunctionsError.unknownOperation
        }
        if let operation = StepFunctionsOperation(rawValue: name) { return operation }
        guard StepFunctionsOperation.notImplemented.contains(name) else { throw StepFunctionsError.unknownOperation }
        throw NotImplemented("Step Functions' \(name)")
    }
}
