import Synchronization

/// Tells whoever measures of every invocation that has ended.
package final class InvocationWatch: Sendable {
    /// One invocation, as metrics count it.
    package struct Ended: Sendable {
        package let function: FunctionID
        package let duration: Duration
        /// Whether the function failed, by its own word or the platform's.
        package let isError: Bool
    }

    /// In a struct: a closure that a generic type holds by itself is wrapped anew at each access, and these wraps pile up.
    private struct Observer: Sendable {
        let tell: @Sendable (Ended) -> Void
    }

    private let observer = Mutex<Observer?>(nil)

    /// - Parameter observer: called inside the environment's monitor: it must not wait.
    package func observe(_ observer: @escaping @Sendable (Ended) -> Void) {
        self.observer.withLock { $0 = Observer(tell: observer) }
    }

    func note(_ function: FunctionID, _ report: InvocationReport, _ outcome: Completion.Outcome) {
        guard let observer = observer.withLock({ $0 }) else { return }
        observer.tell(Ended(function: function, duration: report.duration, isError: outcome.isError))
    }
}

extension Completion.Outcome {
    fileprivate var isError: Bool {
        switch self {
        case .response: false
        case .error, .failure: true
        }
    }
}
