import AWSProtocol
import EmulatorClock

/// How a process ended.
package enum ExitStatus: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
}

/// Why an invocation has no answer of the function's own. `errorType` and message are what the caller reads.
/// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
package enum InvocationFailure: Sendable, Equatable {
    /// The process ended before it answered.
    case exited(ExitStatus)
    case timedOut(Duration)
    /// The process, with its children, held more than the function may.
    case outOfMemory
    /// There is no file to run, at the path named.
    case noBootstrap(path: String)
    /// The file is there and could not be run; `reason` is the system's.
    case cannotRun(path: String, reason: String)
    case responseTooLarge(limit: Int)
    /// The emulator is going down, or the function was deleted meanwhile.
    case shutDown

    package var errorType: String {
        switch self {
        case .exited, .shutDown: "Runtime.ExitError"
        case .timedOut: "Sandbox.Timedout"
        case .outOfMemory: "Runtime.OutOfMemory"
        case .noBootstrap, .cannotRun: "Runtime.InvalidEntrypoint"
        case .responseTooLarge: "Function.ResponseSizeTooLarge"
        }
    }

    /// The text without the request id that AWS puts in front of most.
    package var reason: String {
        switch self {
        case .exited(.exited(0)): "Runtime exited without providing a reason"
        case .exited(.exited(let status)): "Runtime exited with error: exit status \(status)"
        case .exited(.signalled(let signal)): "Runtime exited with error: signal: \(Self.signalName(signal))"
        case .timedOut(let limit): "Task timed out after \(Hundredths.text(limit.milliseconds, per: 1000)) seconds"
        case .outOfMemory: "Runtime exited with error: signal: killed"
        case .noBootstrap(let path): "Couldn't find valid bootstrap(s): [\(path)]"
        case .cannotRun(let path, let reason): "fork/exec \(path): \(reason)"
        case .responseTooLarge(let limit):
            "Response payload size exceeded maximum allowed payload size (\(limit) bytes)."
        case .shutDown: "Runtime was shut down"
        }
    }

    package func payload(_ requestID: String) -> [UInt8] {
        let message =
            switch self {
            case .responseTooLarge: reason
            default: "RequestId: \(requestID) Error: \(reason)"
            }
        let body: JSONValue = ["errorType": .string(errorType), "errorMessage": .string(message)]
        return body.bytes
    }

    /// The words of Go's `os.Signal`, which AWS prints.
    private static func signalName(_ signal: Int32) -> String {
        let names: [Int32: String] = [
            1: "hangup", 2: "interrupt", 3: "quit", 4: "illegal instruction", 5: "trace/breakpoint trap", 6: "aborted",
            7: "bus error", 8: "floating point exception", 9: "killed", 11: "segmentation fault", 13: "broken pipe",
            14: "alarm clock", 15: "terminated",
        ]
        return names[signal] ?? "signal \(signal)"
    }
}
