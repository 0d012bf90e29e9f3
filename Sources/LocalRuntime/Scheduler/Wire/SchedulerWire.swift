package import AWSProtocol

/// REST JSON.
/// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
extension SchedulerService: AWSService {
    private static let largestBody = 2 << 20

    package var signingNames: [String] { ["scheduler"] }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        do {
            let body = try await request.http.body.collect(upTo: Self.largestBody)
            guard let members = body.isEmpty ? [:] : (try? JSONValue(parsing: body))?.object else {
                throw SchedulerError.malformed("The request is not a JSON object.")
            }
            let answer = try await SchedulerCall(service: self, request: request, members: CheckedMembers(members))
                .perform()
            return Self.response(answer, status: 200, request)
        } catch let violation as ConstraintViolation {
            return refusal(SchedulerError.constraint(violation).wire, to: request)
        } catch let error as any ServiceError {
            return refusal(error.wire, to: request)
        } catch is BodyTooLarge {
            return refusal(
                WireError("RequestEntityTooLargeException", "The request is too large.", status: 413), to: request)
        } catch {
            FaultLog.note(error)
            return refusal(
                WireError(
                    "InternalServerException", "Unexpected error encountered while processing the request.",
                    status: 500), to: request)
        }
    }

    package func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        var response = Self.response(["Message": .string(error.message)], status: error.status, request)
        response.headers.add("x-amzn-ErrorType", error.code)
        return response
    }

    private static func response(_ members: JSONObject, status: Int, _ request: AWSRequest) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json", "x-amzn-RequestId": request.requestID],
            body: .bytes(JSONValue.object(members).bytes))
    }
}
