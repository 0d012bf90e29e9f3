/// The services that schedules invoke, as this one sees them.
package protocol ScheduleTargets: Sendable {
    /// Hands an invocation over; returns once the target has it on disk.
    ///
    /// - Parameters:
    ///   - input: the text for the target, with its keywords filled in.
    ///   - executionID: the invocation's own id, the same at every attempt.
    /// - Throws: `TargetFailure`
    func invoke(_ target: ScheduleTarget, input: String, executionID: String) async throws

    /// Puts an invocation that its target did not take into a standard queue.
    ///
    /// - Parameter attributes: string attributes of the message.
    func deadLetter(_ body: String, attributes: [String: String], toQueueARN arn: String) async throws
}

/// Why a target did not take an invocation.
package struct TargetFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The target's own error code, e.g. `AWS.SimpleQueueService.NonExistentQueue`.
    package var code: String
    package var message: String
    /// Whether another attempt may end otherwise.
    package var isRetryable: Bool

    package init(code: String, message: String, isRetryable: Bool) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
    }

    package var description: String { "\(code): \(message)" }
}
