/// The life of one execution environment as a value: each event says what must be done, and every event that a phase does
/// not name is refused with the words of AWS's Runtime API.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
package struct ExecutionEnvironment: Sendable, Equatable {
    /// Which try at initialising this is. One that fails or lasts too long is repeated once, as part of the invocation.
    package enum InitAttempt: Sendable, Equatable {
        case first
        /// AWS's "suppressed init": from here on the function's own timeout counts.
        case second
    }

    package enum Phase: Sendable, Equatable {
        /// The process runs but has not asked for an event yet.
        case starting(InitAttempt, for: String)
        /// The process has reported that it cannot start; it is about to exit.
        case initFailed(InitAttempt, for: String)
        /// The first init was cut off; its process is about to exit and will be started anew.
        case restarting(for: String)
        /// The process waits in `next`.
        case ready
        /// The process was ready and lost its connection; it must ask again to be of use.
        case disconnected(pending: String?)
        /// The process works on an event.
        case running(String)
        /// The process has answered and not asked for the next event yet.
        case answered(String)
        case ended
    }

    package private(set) var phase: Phase

    /// The init that is going on, if one is.
    package var initAttempt: InitAttempt? {
        switch phase {
        case .starting(let attempt, _), .initFailed(let attempt, _): attempt
        case .restarting, .ready, .disconnected, .running, .answered, .ended: nil
        }
    }

    /// Whether the process has answered and will ask for its next event.
    package var isAboutToAsk: Bool { if case .answered = phase { true } else { false } }

    /// A new environment, made because this invocation found none free.
    package init(for requestID: String) {
        phase = .starting(.first, for: requestID)
    }
}

extension ExecutionEnvironment {
    package enum Begin: Sendable, Equatable {
        case deliver
        /// The event goes out when the process next asks for one.
        case wait
        /// This environment cannot take an invocation (any more): choose another.
        case refuse
    }

    /// Another invocation for this environment.
    package mutating func begin(_ requestID: String) -> Begin {
        switch phase {
        case .ready:
            phase = .running(requestID)
            return .deliver
        case .disconnected(pending: nil):
            phase = .disconnected(pending: requestID)
            return .wait
        default: return .refuse
        }
    }

    package enum Next: Sendable, Equatable {
        /// The answer waits for the next invocation.
        case park
        /// The first answer to this event. `endsInit` is whether it ended the first init.
        case deliver(endsInit: Bool)
        /// The same event once more: a process that lost the first answer asks again.
        case deliverAgain
        case refuse(RuntimeRefusal)
    }

    /// `GET /runtime/invocation/next`
    package mutating func next() -> Next {
        switch phase {
        case .starting(let attempt, let requestID):
            phase = .running(requestID)
            return .deliver(endsInit: attempt == .first)
        case .disconnected(pending: let requestID?):
            phase = .running(requestID)
            return .deliver(endsInit: false)
        case .answered, .ready, .disconnected(pending: nil):
            phase = .ready
            return .park
        case .running: return .deliverAgain
        case .initFailed, .restarting, .ended: return .refuse(transition(to: "Ready"))
        }
    }

    package enum AnswerKind: String, Sendable, Equatable {
        case response = "InvocationResponse"
        case error = "InvocationErrorResponse"
    }

    package enum Acceptance: Sendable, Equatable {
        case accept
        case refuse(RuntimeRefusal)
    }

    /// `POST /runtime/invocation/{id}/response` and `…/error`. As in AWS's, the id is looked at before the phase.
    package mutating func answer(_ requestID: String, _ kind: AnswerKind) -> Acceptance {
        switch phase {
        case .running(requestID):
            phase = .answered(requestID)
            return .accept
        case .answered(requestID): return .refuse(transition(to: kind.rawValue))
        default: return .refuse(.invalidRequestID)
        }
    }

    /// `POST /runtime/init/error`
    package mutating func initError() -> Acceptance {
        guard case .starting(let attempt, let requestID) = phase else { return .refuse(transition(to: "InitError")) }
        phase = .initFailed(attempt, for: requestID)
        return .accept
    }

    /// The connection whose `next` was parked is gone.
    package mutating func parkedConnectionLost() {
        if phase == .ready { phase = .disconnected(pending: nil) }
    }

    package enum Consequence: Sendable, Equatable {
        case nothing
        /// Kill what still runs; nobody waits for it.
        case kill
        /// Kill the process; it will be started again once it is gone.
        case killToRestart
        /// Start the process once more: the first init failed.
        case restart
        /// Kill what still runs, and answer this invocation with the failure.
        case fail(String)
    }

    /// The process has exited, for whatever reason.
    package mutating func exited() -> Consequence {
        switch phase {
        case .starting(.first, let requestID), .initFailed(.first, let requestID), .restarting(let requestID):
            phase = .starting(.second, for: requestID)
            return .restart
        case .starting(.second, let requestID), .initFailed(.second, let requestID), .running(let requestID),
            .disconnected(pending: let requestID?):
            phase = .ended
            return .fail(requestID)
        case .ready, .answered, .disconnected(pending: nil):
            phase = .ended
            return .kill
        case .ended: return .nothing
        }
    }

    /// The process could not be started at all.
    package mutating func couldNotStart() -> Consequence {
        guard case .starting(_, let requestID) = phase else { return .nothing }
        phase = .ended
        return .fail(requestID)
    }

    /// The limit of the present phase has passed: that of the first init, or the function's timeout.
    package mutating func timeUp() -> Consequence {
        switch phase {
        case .starting(.first, let requestID), .initFailed(.first, let requestID):
            phase = .restarting(for: requestID)
            return .killToRestart
        case .starting(.second, let requestID), .initFailed(.second, let requestID), .running(let requestID),
            .disconnected(pending: let requestID?):
            phase = .ended
            return .fail(requestID)
        case .answered:
            phase = .ended
            return .kill
        case .restarting, .ready, .disconnected(pending: nil), .ended: return .nothing
        }
    }

    /// The environment is no longer wanted, or holds more memory than it may.
    package mutating func shutDown() -> Consequence {
        defer { phase = .ended }
        switch phase {
        case .starting(_, let requestID), .initFailed(_, let requestID), .restarting(let requestID),
            .running(let requestID), .disconnected(pending: let requestID?):
            return .fail(requestID)
        case .ready, .answered, .disconnected(pending: nil): return .kill
        case .ended: return .nothing
        }
    }

    private func transition(to target: String) -> RuntimeRefusal {
        .invalidStateTransition(from: stateName, to: target)
    }

    /// The phase in the words of AWS's Runtime API.
    private var stateName: String {
        switch phase {
        case .starting, .restarting: "Started"
        case .initFailed: "InitError"
        case .ready, .disconnected: "Ready"
        case .running: "Running"
        case .answered: "RuntimeResponseSentState"
        case .ended: "Exited"
        }
    }
}
