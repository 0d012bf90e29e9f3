import AWSProtocol
import ArgumentParser
import Foundation
import Traces

/// `rivulet-local trace`
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Show what belongs to one trace: ticks, invocations, messages, writes; or the last traces.",
        discussion: """
            Every schedule tick, invocation, send, receive and write that comes from within the emulator, or names a trace
            in X-Amzn-Trace-Id, is a span of a trace. Times are of the emulator's clock, durations of the real one.
            """)
    @OptionGroup var emulator: ControlOptions

    @Argument(
        help: ArgumentHelp(
            "A trace's id, 1-69a4d8c0-…, a tracing header, or the id of a request in it; none lists the last traces.",
            valueName: "ID"))
    var id: String?

    @Option(help: ArgumentHelp("How many traces are listed.", valueName: "N"))
    var limit = 20

    func run() async throws {
        guard let id else {
            return try await emulator.run("GET", "trace?limit=\(limit)") { answer in
                let traces = TraceJSON.summaries(answer)
                return traces.isEmpty ? "No trace is known yet." : TraceText.list(traces)
            }
        }
        try await emulator.run("GET", "trace?id=\(PercentEncoding.encode(id))") { answer in
            TraceText.tree(answer["trace_id"]?.string ?? id, TraceJSON.spans(answer))
        }
    }

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is \(limit); give a number from 1 on.") }
    }
}

/// `/_rivulet/trace`
struct TraceControl: ControlSubject {
    let name = "trace"
    let traces: TraceRecorder

    func answer(_ call: ControlCall) async throws -> JSONValue {
        guard call.route == "GET" else { throw call.unknown }
        guard let id = call.text("id") else {
            return TraceJSON.list(try await traces.latest(try call.count("limit") ?? 20))
        }
        let spans = try await traces.trace(id)
        guard let first = spans.first else { throw TraceError.noSuchTrace(id) }
        return TraceJSON.trace(first.trace, spans)
    }
}

/// Why a trace is not shown, or an invocation not run again; each text ends in the next step.
enum TraceError: ServiceError, Equatable {
    case noSuchTrace(String)
    case noSuchInvocation(String)
    /// The invocation is known, but its event was given up for newer ones.
    case eventNotKept(String, function: String, began: String)
    case neverInvoked(String)
    case functionGone(String)

    var wire: WireError {
        switch self {
        case .noSuchTrace(let id):
            WireError(
                "NoSuchTrace",
                "There is no trace '\(id)' among the newest spans that are kept; `rivulet-local trace` lists the last.",
                status: 404)
        case .noSuchInvocation(let id):
            WireError(
                "NoSuchInvocation",
                "No event of an invocation '\(id)' is kept, and none of that id is known; `rivulet-local trace` lists the "
                    + "last invocations, `rivulet-local logs FUNCTION` the ids of their requests.", status: 404)
        case .eventNotKept(let id, let function, let began):
            WireError(
                "EventNotKept",
                "The event of the invocation \(id) of \(function) at \(began) is no longer kept: newer ones have taken its "
                    + "place. Invoke the function anew with `rivulet-local invoke \(function) --event FILE`.",
                status: 410)
        case .neverInvoked(let function):
            WireError(
                "NeverInvoked",
                "No event of the function '\(function)' is kept; invoke it once with `rivulet-local invoke`.",
                status: 404)
        case .functionGone(let function):
            WireError(
                "FunctionGone",
                "The function \(function) is gone; name another with --to FUNCTION, or make it again.", status: 404)
        }
    }
}
