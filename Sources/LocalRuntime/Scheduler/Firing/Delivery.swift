import EmulatorClock

/// What becomes of an invocation after an attempt.
enum DeliveryOutcome: Equatable {
    case handedOver
    case retry(at: Timestamp)
    /// Nothing more is tried.
    ///
    /// - Parameter exhausted: the limit of the retry policy that was reached; nil when a retry is of no use.
    case givenUp(TargetFailure, exhausted: String?)

    static func after(
        _ failure: TargetFailure, of invocation: ScheduledInvocation, at now: Timestamp
    ) -> DeliveryOutcome {
        guard failure.isRetryable else { return .givenUp(failure, exhausted: nil) }
        let policy = invocation.target.retryPolicy
        guard invocation.attempts < policy.maximumAttempts else {
            return .givenUp(failure, exhausted: "MaximumRetryAttempts")
        }
        let next = now + RetryPolicy.delay(afterAttempts: invocation.attempts + 1)
        guard next - invocation.fired <= policy.maximumEventAge else {
            return .givenUp(failure, exhausted: "MaximumEventAgeInSeconds")
        }
        return .retry(at: next)
    }
}

extension ScheduledInvocation {
    /// The attributes of a dead letter.
    /// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
    func deadLetterAttributes(_ failure: TargetFailure, exhausted: String?) -> [String: String] {
        var attributes = [
            "ERROR_CODE": failure.code, "ERROR_MESSAGE": failure.message, "EXECUTION_ID": executionID,
            "IS_PAYLOAD_TRUNCATED": "false", "RETRY_ATTEMPTS": "\(attempts)",
            "SCHEDULED_TIME": scheduled.wholeSeconds, "SCHEDULE_ARN": scheduleARN, "TARGET_ARN": target.arn,
        ]
        attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
        return attributes
    }
}
