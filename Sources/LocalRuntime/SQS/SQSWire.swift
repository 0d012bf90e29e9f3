package import AWSProtocol

/// Who asks, and under which name the emulator was reached.
struct SQSCaller: Sendable {
    let account: String
    let region: String
    let host: String
}

/// A protocol of SQS. All are read into, and written from, the JSON one's members.
protocol SQSProtocol {
    /// What is asked for.
    ///
    /// - Throws: `SQSError`, and `NotImplemented` never: every operation of the API is known.
    func decode(_ request: AWSRequest, body: [UInt8]) throws -> (SQSOperation, SQSParameters)
    func encode(_ result: JSONObject, of operation: SQSOperation, requestID: String) -> HTTPResponse
    func encode(_ error: WireError, requestID: String) -> HTTPResponse
}

extension SQSService: AWSService {
    /// A request's body: the largest message, every byte of it escaped.
    private static let largestBody = 8 << 20

    package var signingNames: [String] { ["sqs"] }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        let wire = Self.wire(of: request)
        do {
            let body = try await request.http.body.collect(upTo: Self.largestBody)
            let (operation, parameters) = try wire.decode(request, body: body)
            let caller = SQSCaller(account: request.scope.account, region: request.scope.region, host: request.host)
            let result = try await SQSRequests(service: self, caller: caller).perform(operation, parameters)
            return wire.encode(result, of: operation, requestID: request.requestID)
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
        Self.wire(of: request).encode(error, requestID: request.requestID)
    }

    private static func wire(of request: AWSRequest) -> any SQSProtocol {
        let isJSON =
            request.http.headers["x-amz-target"] != nil
            || request.http.headers["content-type"]?.hasPrefix(AWSJSON.Version.v1_0.rawValue) == true
        if isJSON { return SQSWireJSON() }
        return SQSWireQueryJSON.isAccepted(by: request) ? SQSWireQueryJSON() : SQSWireQuery()
    }
}
