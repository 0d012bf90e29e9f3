package import EmulatorClock

/// What is said of a function's asynchronous invocations.
/// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
package struct EventInvokeConfig: Sendable, Equatable, Codable {
    /// nil takes the default, two.
    package var maximumRetryAttempts: Int?
    /// In seconds; nil takes the default, six hours.
    package var maximumEventAge: Int?
    /// ARNs of queues and functions.
    package var onSuccess: String?
    package var onFailure: String?
    package var lastModifiedMilliseconds: Int64

    package init(
        maximumRetryAttempts: Int? = nil, maximumEventAge: Int? = nil, onSuccess: String? = nil,
        onFailure: String? = nil, lastModified: Timestamp
    ) {
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumEventAge = maximumEventAge
        self.onSuccess = onSuccess
        self.onFailure = onFailure
        lastModifiedMilliseconds = lastModified.milliseconds
    }
}
