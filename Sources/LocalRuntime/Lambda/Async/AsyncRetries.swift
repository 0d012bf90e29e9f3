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

    /// Why an event is done with, in the words of AWS's invocation records.
    enum Condition: String, Sendable, Equatable {
        case success = "Success"
        case retriesExhausted = "RetriesExhausted"
        case eventAgeExceeded = "EventAgeExceeded"
    }

    enum Step: Sendable, Equatable {
        case finish(Condition)
        /// Nobody is left to be told.
        case forget
        case retry(AsyncEvent)
    }

    /// After the first failure one minute, after the second two.
    static let delays: [Duration] = [.seconds(60), .seconds(120)]
    /// Between tries of an event that was not run: doubling from the first to the last.
    static let backoff: ClosedRange<Duration> = .seconds(1) ... .seconds(300)

    /// How often a failed event is tried again.
    var attempts = 2
    /// How old an event may be when it is tried again.
    var maximumAge: Duration = .seconds(6 * 3600)

    init() {}

    init(_ config: EventInvokeConfig?) {
        if let attempts = config?.maximumRetryAttempts { self.attempts = min(attempts, Self.delays.count) }
        if let age = config?.maximumEventAge { maximumAge = .seconds(age) }
    }

    /// Whether an event has waited too long to be run at all: for a throttled function, or an emulator that was down.
    func isTooOld(_ event: AsyncEvent, now: Timestamp) -> Bool {
        now - event.accepted > maximumAge
    }

    func step(after outcome: Outcome, of event: AsyncEvent, now: Timestamp) -> Step {
        var next = event
        switch outcome {
        case .succeeded: return .finish(.success)
        case .functionGone: return .forget
        case .interrupted: return .retry(event)
        case .failed:
            guard event.failures < attempts else { return .finish(.retriesExhausted) }
            next.failures += 1
            next.due = now + Self.delays[event.failures]
        case .notRun:
            next.throttles += 1
            next.due = now + min(Self.backoff.upperBound, Self.backoff.lowerBound * (1 << min(event.throttles, 20)))
        }
        return next.due - event.accepted <= maximumAge ? .retry(next) : .finish(.eventAgeExceeded)
    }
}
