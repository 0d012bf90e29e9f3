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
    case qualifiersDiffer
    case codeChanged(given: String, present: String)
    case latestNotDeletable
    case aliasNotDeletable
    case versionInUse(version: String, aliases: [String])
    case aliasExists(String)
    /// Of GetAlias and of policies; the rest says `functionNotFound`.
    case aliasNotFound(String)
    case aliasNotUpdatable(String)
    case routingTooMany
    case routingRepeats(String)
    case routingFromLatest
    case eventInvokeConfigEmpty
    case eventInvokeConfigNotFound(String)
    case functionDoesNotExist
    case destinationInvalid(String)
    case destinationUnknown(onSuccess: String?, onFailure: String?)
    case destinationIsItself
    case deadLetterTargetInvalid(String)
    case statementExists(String)
    case statementNotFound(String)
    case policyNotFound
    case policyEmpty
    case policyOnLatest
    case noPolicyFound(String)
    case principalInvalid
    case concurrencyOnQualified
    case noTags
    case tagsOnQualified
    case tooManyTags
    case unreachableRegion(String, here: String)
    case accessDenied(String)
    case invalidParameter(String)
    /// One of Smithy's constraints: `Value 'x' at 'y' failed to satisfy constraint: …`
    case validation([String])
    case preconditionFailed
    case tooManyRequests(ThrottleReason)
    case payloadTooLarge(Int, type: String, limit: Int)
    case payloadNotJSON(String)
    case requestTooLarge(operation: String, limit: Int)
    case zipTooLarge(limit: Int)
    case zipUnreadable
    case zipEmpty
    case unzippedTooLarge(limit: Int)
    case codeNotFetched(String)
    case localCode(String)
    case runtimeUnknown(String)
    /// AWS had the runtime once.
    case runtimeEnded(String, successor: String)
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
        case .functionNotFound, .unreachableRegion, .aliasNotFound, .aliasNotUpdatable, .eventInvokeConfigNotFound,
            .functionDoesNotExist, .statementNotFound, .policyNotFound, .policyEmpty, .noPolicyFound:
            ("ResourceNotFoundException", 404)
        case .functionExists, .aliasExists, .statementExists, .versionInUse: ("ResourceConflictException", 409)
        case .accessDenied: ("AccessDeniedException", 403)
        case .invalidParameter, .noCodeSource, .zipUnreadable, .zipEmpty, .unzippedTooLarge, .codeNotFetched,
            .localCode, .reservedKeys, .variablesTooLarge, .unreservedTooLow, .qualifiersDiffer,
            .codeChanged, .latestNotDeletable, .aliasNotDeletable, .routingTooMany,
            .routingRepeats, .routingFromLatest, .eventInvokeConfigEmpty, .destinationInvalid, .destinationUnknown,
            .destinationIsItself, .deadLetterTargetInvalid, .policyOnLatest, .tagsOnQualified, .tooManyTags,
            .principalInvalid, .concurrencyOnQualified, .noTags, .runtimeUnknown, .runtimeEnded:
            ("InvalidParameterValueException", 400)
        case .validation: ("ValidationException", 400)
        case .preconditionFailed: ("PreconditionFailedException", 412)
        case .tooManyRequests: ("TooManyRequestsException", 429)
        case .payloadTooLarge: ("RequestTooLargeException", 413)
        case .zipTooLarge, .requestTooLarge: ("RequestEntityTooLargeException", 413)
        case .payloadNotJSON, .clientContextUnreadable: ("InvalidRequestContentException", 400)
        case .bodyNotJSON, .wrongType: ("SerializationException", 400)
        case .stopping: ("ServiceException", 500)
        }
    }
}
