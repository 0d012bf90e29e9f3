import AWSProtocol

/// Why a control route refuses a call; each text ends in the next step.
enum ControlError: ServiceError, Equatable {
    case noToken
    case fromAPage
    case notJSON
    case noSuchRoute(String)
    case missing(String)
    case notANumber(String, String)
    case notATime(String)
    case notADuration(String)
    case clockIsBeingMoved
    case clockGoesBack(now: String, wanted: String)
    case neverIdle(steps: Int, now: String, rang: String, next: String)
    case noSuchQueue(String)
    case severalQueues([String])
    case sameQueue(String)
    case noSuchMessage(String, queue: String)
    case originUnknown
    case nothingChosen
    case stateIsBeingChanged
    case notAtRest(running: Int, requests: Int)
    case snapshot(String)
    case seed(SeedError)

    var wire: WireError {
        switch self {
        case .noToken:
            WireError(
                "TokenMissing",
                "Send this run's token in the header \(ControlRoutes.tokenHeader); it stands in control.json in the "
                    + "state folder.", status: 403)
        case .fromAPage:
            WireError(
                "OriginRefused", "Control routes answer no page of a browser (the request has an Origin).", status: 403)
        case .notJSON:
            WireError("NotJSON", "Send a JSON object with Content-Type: application/json.", status: 415)
        case .noSuchRoute(let route):
            WireError("NoSuchRoute", "There is no control route '\(route)'; see docs/control.md.", status: 404)
        case .missing(let name): WireError("ParameterMissing", "'\(name)' is missing.")
        case .notANumber(let name, let value):
            WireError("ParameterInvalid", "'\(name)' is '\(value)'; give a whole number from 1 on.")
        case .notATime(let text):
            WireError("ParameterInvalid", "'\(text)' is no instant; write it as 2026-03-01T18:00:00Z.")
        case .notADuration(let text):
            WireError("ParameterInvalid", "'\(text)' is no duration; write it as 14d, 1h30m, 90s or 250ms.")
        case .clockIsBeingMoved:
            WireError("ClockBusy", "Another call is moving the clock; try again when it has ended.", status: 409)
        case .clockGoesBack(let now, let wanted):
            WireError(
                "ClockGoesBack", "The clock stands at \(now) and cannot be advanced to \(wanted), which is earlier.")
        case .neverIdle(let steps, let now, let rang, let next):
            WireError(
                "NeverIdle",
                "Not idle after \(steps) steps; the clock now stands at \(now). What came due: \(rang). Next: \(next). "
                    + "Something keeps coming back, such as a message that always fails and has no dead-letter queue; "
                    + "end it, or allow more with --max-steps.", status: 409)
        case .noSuchQueue(let name):
            WireError("NoSuchQueue", "There is no queue '\(name)'; `rivulet-local queues` lists them.", status: 404)
        case .severalQueues(let arns):
            WireError("SeveralQueues", "Several queues bear the name; give an ARN: \(arns.joined(separator: ", ")).")
        case .sameQueue(let name):
            WireError("SameQueue", "The messages lie in '\(name)' already; name another queue with --to.")
        case .noSuchMessage(let id, let queue):
            WireError(
                "NoSuchMessage", "The queue '\(queue)' has no message \(id); `queues peek` shows what it has.",
                status: 404)
        case .originUnknown:
            WireError(
                "OriginUnknown",
                "The queue from which a message came is not known or no longer there; name one with --to.", status: 409)
        case .nothingChosen:
            WireError("NothingChosen", "Say which messages: --message ID, --max N or --all.")
        case .stateIsBeingChanged:
            WireError(
                "StateBusy", "Another call is saving or replacing the state; try again when it has ended.", status: 409)
        case .notAtRest(let running, let requests):
            WireError(
                "NotAtRest",
                "Not at rest: \(running) invocations of functions and \(requests) requests are under way. Nothing was "
                    + "changed; wait for them, or allow more time with --wait.", status: 409)
        case .snapshot(let text): WireError("SnapshotRefused", text, status: 409)
        case .seed(let error): WireError("SeedRefused", "\(error)")
        }
    }
}
