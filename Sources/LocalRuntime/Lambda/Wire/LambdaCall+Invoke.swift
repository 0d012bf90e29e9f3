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
        let type = try invocationType()
        let entry = try entry()
        let payload = try await payload(type)
        let invocation = Invocation(
            requestID: request.requestID, payload: payload.isEmpty ? Array("{}".utf8) : payload,
            functionARN: entry.function.id.arn,
            traceID: request.http.headers["x-amzn-trace-id"] ?? TraceID.make(at: service.clock.now),
            clientContext: try clientContext(),
            wantsLogTail: request.http.headers["x-amz-log-type"] == "Tail")
        switch type {
        case .dryRun: return empty()
        case .event:
            try await service.queue.accept(invocation, for: entry.function.id)
            return empty(status: 202)
        case .requestResponse: return answer(try await service.invoke(entry, invocation))
        }
    }

    private func answer(_ result: InvocationResult) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "x-amzn-RequestId": request.requestID,
            "X-Amz-Executed-Version": result.executedVersion, "X-Amzn-Trace-Id": result.traceID,
        ]
        if let error = result.functionError { headers.add("X-Amz-Function-Error", error) }
        if let tail = result.logTail { headers.add("X-Amz-Log-Result", Data(tail).base64EncodedString()) }
        return HTTPResponse(status: result.statusCode, headers: headers, body: .bytes(result.payload))
    }

    private func invocationType() throws -> InvocationType {
        guard let name = request.http.headers["x-amz-invocation-type"] else { return .requestResponse }
        guard let type = InvocationType(rawValue: name) else {
            let names = InvocationType.allCases.map(\.rawValue).joined(separator: ", ")
            throw LambdaError.validation([
                "Value '\(name)' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: "
                    + "[\(names)]"
            ])
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
        guard !payload.isEmpty else { return payload }
        do {
            _ = try JSONValue(parsing: payload)
        } catch {
            throw LambdaError.payloadNotJSON("\(error)")
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
