/// An invocation in its environment, and whoever waits for it. Touched inside the sandbox's monitor only.
final class Work {
    enum Outcome {
        case completed(Completion)
        /// The environment cannot take it: another must.
        case refused

        var completion: Completion? { if case .completed(let completion) = self { completion } else { nil } }
    }

    let invocation: Invocation
    var isAnnounced = false
    /// When the event was delivered, or the second init began.
    var begun: ContinuousClock.Instant?
    /// In milliseconds since 1970.
    var deadline: Int64 = 0
    var initDuration: Duration?
    private(set) var outcome: Outcome?
    private var waiter: CheckedContinuation<Completion?, Never>?

    init(_ invocation: Invocation) {
        self.invocation = invocation
    }

    func end(_ outcome: Outcome) {
        self.outcome = outcome
        waiter?.resume(returning: outcome.completion)
        waiter = nil
    }

    func wait(_ waiter: CheckedContinuation<Completion?, Never>) {
        if let outcome { waiter.resume(returning: outcome.completion) } else { self.waiter = waiter }
    }
}
