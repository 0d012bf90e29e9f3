/// How grave a line is, in Lambda's own names.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    /// Each step.
    case trace = "TRACE"
    /// What helps to find a fault.
    case debug = "DEBUG"
    /// The normal course of things; the default.
    case info = "INFO"
    /// Odd, but handled.
    case warn = "WARN"
    /// Something failed.
    case error = "ERROR"
    /// The process cannot go on.
    case fatal = "FATAL"

    /// The level that `AWS_LAMBDA_LOG_LEVEL` names, in any case; INFO when it is absent or unknown.
    init(environment: LambdaEnvironment) {
        self = environment["AWS_LAMBDA_LOG_LEVEL"].flatMap { LogLevel(rawValue: $0.uppercased()) } ?? .info
    }

    /// Less grave comes first.
    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .warn: 3
        case .error: 4
        case .fatal: 5
        }
    }
}
