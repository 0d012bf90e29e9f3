import AWSProtocol
import Foundation

/// What `watch` says of a round.
enum WatchText {
    static func text(_ round: WatchLoop.Round, command: String) -> String {
        let more = round.changed.count > 1 ? " and \(round.changed.count - 1) more" : ""
        var lines = [line("change", round.seen, "\(round.changed.first ?? "")\(more), seen after this time")]
        guard round.status == 0 else {
            lines.append(
                line("build", round.build, "failed with exit code \(round.status); the old code goes on: \(command)"))
            return lines.joined(separator: "\n")
        }
        lines.append(line("build", round.build, command))
        if let swap = round.swap { lines += text(swap) }
        lines += round.replays.map(text)
        if let failure = round.failure { lines.append("failed: \(failure)") }
        return lines.joined(separator: "\n")
    }

    static func json(_ round: WatchLoop.Round) -> JSONValue {
        var object: JSONObject = [
            "changed": .array(round.changed.map { .string($0) }), "seen_ms": milliseconds(round.seen),
            "build_ms": milliseconds(round.build), "build_status": .integer(round.status),
        ]
        if let swap = round.swap {
            object.append("functions", .array(swap.functions.map { .string($0) }))
            object.append("swap_ms", milliseconds(swap.duration))
            object.append("drain_ms", milliseconds(swap.drain))
            object.append("still_running", .integer(swap.stillRunning))
        }
        object.append("replays", .array(round.replays.map(json)))
        if let failure = round.failure { object.append("failure", .string(failure)) }
        return .object(object)
    }

    private static func text(_ swap: WatchLoop.Swap) -> [String] {
        guard !swap.functions.isEmpty else { return [line("swap", swap.duration, "no function runs this bootstrap")] }
        let rest =
            swap.stillRunning == 0
            ? "the old environments are gone" : "\(swap.stillRunning) old environments are still at work"
        return [
            line("swap", swap.duration, swap.functions.joined(separator: ", ")), line("drain", swap.drain, rest),
        ]
    }

    private static func text(_ replay: WatchLoop.Replay) -> String {
        guard let requestID = replay.requestID else {
            return line("replay", replay.duration, "\(replay.function) has no event yet; invoke it once")
        }
        let error = replay.error.map { " (\($0))" } ?? ""
        return line("replay", replay.duration, "\(replay.function) \(requestID)\(error): \(replay.payload)")
    }

    private static func json(_ replay: WatchLoop.Replay) -> JSONValue {
        var object: JSONObject = [
            "function": .string(replay.function), "duration_ms": milliseconds(replay.duration),
            "payload": .string(replay.payload),
        ]
        if let requestID = replay.requestID { object.append("request_id", .string(requestID)) }
        if let error = replay.error { object.append("function_error", .string(error)) }
        return .object(object)
    }

    private static func line(_ step: String, _ duration: Duration, _ text: String) -> String {
        let name = step + String(repeating: " ", count: 7 - step.count)
        let time = String(format: "%.1f", duration / .milliseconds(1))
        return "\(name)\(String(repeating: " ", count: max(0, 10 - time.count)))\(time) ms  \(text)"
    }

    private static func milliseconds(_ duration: Duration) -> JSONValue {
        .number(String(format: "%.3f", duration / .milliseconds(1)))
    }
}
