import EmulatorClock

/// When an event that did not succeed is tried again.
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
struct AsyncRetries: Sendable {
    enum Outcome: Sendable, Equatable {
        case succeeded
        /// The function answered with an error, or died.
        case failed
        /// It was not run: throttled, or a fault of the emulator's.
        case notRun
        /// The emulator went down over it.
        case interrupted
        /// There is no such function any more.
        case functionGone
    }

    enum Step: Sendable, Equatable {
        case remove
        case retry(AsyncEvent)
    }

    /// After the first failure one minute, after the second two.
    var delays: [Duration] = [.seconds(60), .seconds(120)]
    var maximumAge: Duration = .seconds(6 * 3600)
    /// Between tries of an event that was not run: doubling from the first to the last.
    var backoff: ClosedRange<Duration> = .seconds(1) ... .seconds(300)

    func step(after outcome: Outcome, of event: AsyncEvent, now: Timestamp) -> Step {
        var next = event
        switch outcome {
        case .succeeded, .functionGone: return .remove
        case .interrupted: return .retry(event)
        case .failed:
            guard event.failures < delays.count else { return .remove }
            next.failures += 1
            next.due = now + delays[event.failures]
        case .notRun:
            next.throttles += 1
            next.due = now + min(backoff.upperBound, backoff.lowerBound * (1 << min(event.throttles, 20)))
        }
        return next.due - event.accepted <= maximumAge ? .retry(next) : .remove
    }
}
