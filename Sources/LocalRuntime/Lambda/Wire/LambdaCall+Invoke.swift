import AWSProtocol
import EmulatorClock
import Foundation

extension LambdaCall {
    private enum InvocationType: String, CaseIterable {
        case event = "Event"
        case requestResponse = "RequestResponse"
        case dryRun = "DryRun"
    }

    /// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    func invoke() async throws -> HTTPResponse {
        let type = try invocationType(InvocationType.allCases)
        let target = try target()
        let invocation = try await invocation(type, of: target)
        switch type {
        case .dryRun:
            _ = try service.plan(of: try entry(target.id), target.qualifier)
            return empty()
        case .event:
            try await service.accept(invocation, for: target)
            return empty(status: 202)
        case .requestResponse: return answer(try await service.invoke(target, invocation))
        }
    }

    /// The answer is gathered whole and then sent in pieces.
    /// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
    func invokeWithResponseStream() async throws -> HTTPResponse {
        let type = try invocationType([.requestResponse, .dryRun])
        let target = try target()
        let invocation = try await invocation(type, of: target)
        guard type == .requestResponse else {
            _ = try service.plan(of: try entry(target.id), target.qualifier)
            return empty()
        }
        let result = try await service.invoke(target, invocation)
        var headers = headers(of: result)
        headers.add("Content-Type", "application/vnd.amazon.eventstream")
        headers.add("X-Amzn-Remapped-Content-Type", "application/octet-stream")
        return HTTPResponse(headers: headers, body: .bytes(EventStream.bytes(of: result)))
    }

    private func invocation(_ type: InvocationType, of target: QualifiedFunction) async throws -> Invocation {
        guard (try? entry(target.id)) != nil else {
            let missing = QualifiedFunction(target.id, target.qualifier ?? .version(.latest))
            throw LambdaError.functionNotFound(missing.arn)
        }
        let payload = try await payload(type)
        return Invocation(
            requestID: request.requestID, payload: payload.isEmpty ? Array("{}".utf8) : payload,
            functionARN: target.arn,
            trace: request.http.headers["x-amzn-trace-id"].map { .named($0) } ?? .new(at: service.clock.now),
            clientContext: try clientContext(),
            wantsLogTail: request.http.headers["x-amz-log-type"] == "Tail")
    }

    private func headers(of result: InvocationResult) -> HTTPHeaders {
        [
            "x-amzn-RequestId": request.requestID, "X-Amz-Executed-Version": result.executedVersion,
            "X-Amzn-Trace-Id": result.traceID,
        ]
    }

    private func answer(_ result: InvocationResult) -> HTTPResponse {
        var headers = headers(of: result)
        headers.add("Content-Type", "application/json")
        if let error = result.functionError { headers.add("X-Amz-Function-Error", error) }
        if let tail = result.logTail { headers.add("X-Amz-Log-Result", Data(tail).base64EncodedString()) }
        return HTTPResponse(status: result.statusCode, headers: headers, body: .bytes(result.payload))
    }

    private func invocationType(_ allowed: [InvocationType]) throws -> InvocationType {
        guard let name = request.http.headers["x-amz-invocation-type"] else { return .requestResponse }
        guard let type = InvocationType(rawValue: name), allowed.contains(type) else {
            throw LambdaError.validation(Constraint.oneOf("invocationType", name, allowed.map(\.rawValue)))
        }
        return type
    }

    private func payload(_ type: InvocationType) async throws -> [UInt8] {
        let limit = type == .event ? service.limits.asyncPayload : service.limits.payload
        let payload: [UInt8]
        do {
            payload = try await request.http.body.collect(upTo: limit)
        } catch is BodyTooLarge {
            let size = request.http.headers["content-length"].flatMap { Int($0) } ?? limit + 1
            throw LambdaError.payloadTooLarge(size, type: type.rawValue, limit: limit)
        }
        guard !payload.isEmpty, !PlainJSON.isCertain(payload) else { return payload }
        do {
            _ = try JSONValue(parsing: payload)
        } catch {
            throw LambdaError.payloadNotJSON(JSONComplaint(error, in: payload).whole)
        }
        return payload
    }

    /// JSON in Base64, as the SDKs send it; on one line, as a header must be.
    private func clientContext() throws -> String? {
        guard let header = request.http.headers["x-amz-client-context"] else { return nil }
        guard let data = Data(base64Encoded: header), let context = try? JSONValue(parsing: Array(data)),
            context.object != nil
        else { throw LambdaError.clientContextUnreadable }
        return context.text
    }
}
