import AWSProtocol
import EmulatorClock

/// `/_rivulet/clock`: reads and moves the clock.
struct ClockControl: ControlSubject {
    let name = "clock"
    let mover: ClockMover

    func answer(_ call: ControlCall) async throws -> JSONValue {
        switch call.route {
        case "GET": return show
        case "POST freeze":
            try await mover.freeze(at: try call.text("at").map(Self.instant))
            return show
        case "POST resume":
            try await mover.resume()
            return show
        case "POST advance": return Self.json(try await advance(call))
        case "POST run-until-idle": return Self.json(try await mover.runUntilIdle(try limits(call)))
        default: throw call.unknown
        }
    }

    private var show: JSONValue {
        var members: JSONObject = [
            "now": .string(mover.clock.now.rfc3339), "now_ms": .integer(mover.clock.now.milliseconds),
            "frozen": .bool(mover.clock.isFrozen),
        ]
        members.append(
            "waits",
            .array(
                mover.clock.waits.prefix(10).map {
                    ["at": .string($0.instant.rfc3339), "for": .string($0.purpose)]
                }))
        return .object(members)
    }

    private func advance(_ call: ControlCall) async throws -> ClockMover.Outcome {
        let target =
            if let to = call.text("to") {
                try Self.instant(to)
            } else {
                mover.clock.now + (try Self.duration(try call.required("by")))
            }
        return try await mover.advance(to: target, try limits(call))
    }

    private func limits(_ call: ControlCall) throws -> ClockMover.Limits {
        var limits = ClockMover.Limits()
        if let steps = try call.count("max_steps") { limits.steps = steps }
        if let within = call.text("within") { limits.horizon = try Self.duration(within) }
        return limits
    }

    private static func instant(_ text: String) throws -> Timestamp {
        guard let instant = Timestamp(rfc3339: text) else { throw ControlError.notATime(text) }
        return instant
    }

    private static func duration(_ text: String) throws -> Duration {
        guard let duration = SpelledDuration(text)?.duration else { throw ControlError.notADuration(text) }
        return duration
    }

    private static func json(_ outcome: ClockMover.Outcome) -> JSONValue {
        [
            "now": .string(outcome.now.rfc3339), "now_ms": .integer(outcome.now.milliseconds),
            "steps": .integer(outcome.steps),
            "rang": .object(
                JSONObject(outcome.rang.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
        ]
    }
}
