package import AWSProtocol

/// Lambda's refusals, in AWS's codes and words.
/// https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
package enum LambdaError: ServiceError, Equatable {
    package enum ThrottleReason: String, Sendable {
        case concurrentInvocationLimitExceeded = "ConcurrentInvocationLimitExceeded"
        case reservedFunctionConcurrentInvocationLimitExceeded = "ReservedFunctionConcurrentInvocationLimitExceeded"
    }

    /// The ARN, with the qualifier where one was asked for.
    case functionNotFound(String)
    case functionExists(String)
    case unreachableRegion(String, here: String)
    case accessDenied(String)
    case invalidParameter(String)
    /// One of Smithy's constraints: `Value 'x' at 'y' failed to satisfy constraint: …`
    case validation([String])
    case preconditionFailed
    case tooManyRequests(ThrottleReason)
    case payloadTooLarge(Int, type: String, limit: Int)
    case payloadNotJSON(String)
    case zipTooLarge(limit: Int)
    case zipUnreadable
    case zipEmpty
    case unzippedTooLarge(limit: Int)
    case codeNotFetched(String)
    case localCode(String)
    case reservedKeys([String])
    case variablesTooLarge(limit: Int, measured: String)
    case unreservedTooLow(minimum: Int)
    case bodyNotJSON
    /// A member of a request, and what it should have been.
    case wrongType(String, String)
    case noCodeSource
    case clientContextUnreadable
    case stopping

    package var wire: WireError {
        let (code, status) = kind
        var wire = WireError(code, message, status: status)
        wire.details = ["Type": .string(wire.isSenderFault ? "User" : "Service")]
        if case .tooManyRequests(let reason) = self { wire.details.append("Reason", .string(reason.rawValue)) }
        return wire
    }

    private var kind: (code: String, status: Int) {
        switch self {
        case .functionNotFound, .unreachableRegion: ("ResourceNotFoundException", 404)
        case .functionExists: ("ResourceConflictException", 409)
        case .accessDenied: ("AccessDeniedException", 403)
        case .invalidParameter, .noCodeSource, .zipUnreadable, .zipEmpty, .unzippedTooLarge, .codeNotFetched,
            .localCode, .reservedKeys, .variablesTooLarge, .unreservedTooLow:
            ("InvalidParameterValueException", 400)
        case .validation: ("ValidationException", 400)
        case .preconditionFailed: ("PreconditionFailedException", 412)
        case .tooManyRequests: ("TooManyRequestsException", 429)
        case .payloadTooLarge: ("RequestTooLargeException", 413)
        case .zipTooLarge: ("RequestEntityTooLargeException", 413)
        case .payloadNotJSON, .clientContextUnreadable: ("InvalidRequestContentException", 400)
        case .bodyNotJSON, .wrongType: ("SerializationException", 400)
        case .stopping: ("ServiceException", 500)
        }
    }

    private var message: String {
        switch self {
        case .functionNotFound(let arn): "Function not found: \(arn)"
        case .functionExists(let name): "Function already exist: \(name)"
        case .unreachableRegion(let region, let here):
            "Functions from '\(region)' are not reachable in this region ('\(here)')"
        case .accessDenied(let resource):
            "User is not authorized to perform this action on resource: \(resource) because no resource-based policy "
                + "allows it"
        case .invalidParameter(let text), .localCode(let text): text
        case .validation(let findings):
            "\(findings.count) validation error\(findings.count == 1 ? "" : "s") detected: "
                + findings.joined(separator: "; ")
        case .preconditionFailed:
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
                + "retrieve the latest Revision Id"
        case .tooManyRequests: "Rate Exceeded."
        case .payloadTooLarge(let size, let type, let limit):
            "\(size) byte payload is too large for the \(type) invocation type (limit \(limit) bytes)"
        case .payloadNotJSON(let reason):
            "Could not parse request body into json: Could not parse payload into json: \(reason)"
        case .zipTooLarge(let limit): "Zipped size must be smaller than \(limit) bytes"
        case .zipUnreadable: "Could not unzip uploaded file. Please check your file, then try to upload again."
        case .zipEmpty: "Uploaded file must be a non-empty zip"
        case .unzippedTooLarge(let limit): "Unzipped size must be smaller than \(limit) bytes"
        case .codeNotFetched(let reason): "Error occurred while GetObject. \(reason)"
        case .reservedKeys(let keys):
            "Lambda was unable to configure your environment variables because the environment variables you have "
                + "provided contains reserved keys that are currently not supported for modification. Reserved keys "
                + "used in this request: \(keys.joined(separator: ", "))"
        case .variablesTooLarge(let limit, let measured):
            "Lambda was unable to configure your environment variables because the environment variables you have "
                + "provided exceeded the \(limit / 1024)KB limit. String measured: \(measured)"
        case .unreservedTooLow(let minimum):
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                + "below its minimum value of [\(minimum)]."
        case .bodyNotJSON: "Could not parse request body into json"
        case .wrongType(let member, let type): "The value of '\(member)' is not \(type)"
        case .noCodeSource: "Please provide a source for function code."
        case .clientContextUnreadable: "Client context must be a valid Base64-encoded JSON object."
        case .stopping: "The emulator is stopping."
        }
    }
}
