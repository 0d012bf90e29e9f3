package import AWSProtocol

/// AWS JSON 1.1.
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
extension LogsService: AWSService {
    /// The largest batch, every byte of it escaped, with the members around.
    private static let largestBody = 8 << 20

    package var signingNames: [String] { ["logs"] }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        do {
            let (operation, members) = try await decode(request)
            let call = LogsCall(
                service: self, account: request.scope.account, region: request.scope.region, members: members)
            guard let result = try await call.perform(operation) else {
                return HTTPResponse(
                    headers: ["Content-Type": AWSJSON.Version.v1_1.rawValue, "x-amzn-RequestId": request.requestID])
            }
            return AWSJSON.response(.object(result), .v1_1, requestID: request.requestID)
        } catch let violation as ConstraintViolation {
            return refusal(LogsError.constraint(violation).wire, to: request)
        } catch let error as any ServiceError {
            return refusal(error.wire, to: request)
        } catch is BodyTooLarge {
            return refusal(
                WireError("RequestEntityTooLarge", "The request is too large.", status: 413), to: request)
        } catch {
            FaultLog.note(error)
            return refusal(
                WireError("ServiceUnavailableException", "The service cannot complete the request.", status: 500),
                to: request)
        }
    }

    package func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        AWSJSON.response(
            ["__type": .string(error.code), "message": .string(error.message)], .v1_1, requestID: request.requestID,
            status: error.status)
    }

    private func decode(_ request: AWSRequest) async throws -> (LogsOperation, CheckedMembers) {
        guard let name = AWSJSON.operation(of: request.http, prefix: "Logs_20140328") else {
            throw NotImplemented("a call to CloudWatch Logs without its X-Amz-Target")
        }
        guard let operation = LogsOperation(rawValue: name) else {
            throw NotImplemented("CloudWatch Logs' operation \(name)")
        }
        let body = try await request.http.body.collect(upTo: Self.largestBody)
        guard let members = body.isEmpty ? [:] : (try? JSONValue(parsing: body))?.object else {
            throw LogsError.serialization("The request is not a JSON object.")
        }
        return (operation, CheckedMembers(members))
    }
}

/// The operations that are there; every other is refused by its name.
enum LogsOperation: String {
    case createLogGroup = "CreateLogGroup"
    case deleteLogGroup = "DeleteLogGroup"
    case describeLogGroups = "DescribeLogGroups"
    case createLogStream = "CreateLogStream"
    case deleteLogStream = "DeleteLogStream"
    case describeLogStreams = "DescribeLogStreams"
    case putLogEvents = "PutLogEvents"
    case getLogEvents = "GetLogEvents"
    case filterLogEvents = "FilterLogEvents"
    case putRetentionPolicy = "PutRetentionPolicy"
    case deleteRetentionPolicy = "DeleteRetentionPolicy"
    case tagResource = "TagResource"
    case untagResource = "UntagResource"
    case listTagsForResource = "ListTagsForResource"
    case tagLogGroup = "TagLogGroup"
    case untagLogGroup = "UntagLogGroup"
    case listTagsLogGroup = "ListTagsLogGroup"
    case putMetricFilter = "PutMetricFilter"
    case deleteMetricFilter = "DeleteMetricFilter"
    case describeMetricFilters = "DescribeMetricFilters"
}
