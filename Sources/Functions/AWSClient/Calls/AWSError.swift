/// A service's refusal, as it told it.
package struct AWSError: Error, Sendable, Equatable {
    package let service: AWSService

    /// The operation in AWS's words, such as `PutObject`.
    package let operation: String

    /// AWS's name of the failure, such as `NoSuchKey`. A `HEAD` answer has no body: then it is the status's name.
    package let code: String

    package let message: String

    /// The HTTP status.
    package let status: Int

    package let requestID: String?

    /// How long the service asks callers to wait before they come again.
    package let retryAfter: Duration?

    package init(
        service: AWSService, operation: String, code: String, message: String, status: Int, requestID: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.service = service
        self.operation = operation
        self.code = code
        // A refused signature is explained with the whole signed request, the session token included.
        self.message = String(message.prefix { !$0.isNewline })
        self.status = status
        self.requestID = requestID
        self.retryAfter = retryAfter
    }

    /// Whether the same request may succeed a little later.
    ///
    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    package var isTransient: Bool {
        isThrottling || Self.transientCodes.contains(code) || [500, 502, 503, 504].contains(status)
    }

    /// Whether the service asks for fewer requests.
    package var isThrottling: Bool {
        Self.throttlingCodes.contains(code) || status == 429
    }

    private static let transientCodes: Set = ["InternalError", "RequestTimeout", "RequestTimeoutException"]

    private static let throttlingCodes: Set = [
        "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
        "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling", "ThrottlingException",
        "TooManyRequestsException", "TransactionInProgressException",
    ]
}

extension AWSError: CustomStringConvertible {
    package var description: String {
        let request = requestID.map { ", request \($0)" } ?? ""
        return "\(service.rawValue) \(operation): \(code) (\(status)\(request)): \(message)"
    }
}

/// Why a call ended without a refusal by the service or a failure of the network.
package enum AWSCallError: Error, Equatable {
    /// The deadline given by `until` left no time for a try.
    case deadlinePassed(AWSService, operation: String)
    /// The service answered with success, but not as its documentation says.
    case unreadableAnswer(AWSService, operation: String, reason: String)
    /// The service would refuse the input for certain.
    case invalidInput(AWSService, operation: String, reason: String)
}

extension AWSCallError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .deadlinePassed(let service, let operation):
            "\(service.rawValue) \(operation): no time left before the deadline."
        case .unreadableAnswer(let service, let operation, let reason):
            "\(service.rawValue) \(operation): the answer cannot be read: \(reason)."
        case .invalidInput(let service, let operation, let reason):
            "\(service.rawValue) \(operation): \(reason)."
        }
    }
}
