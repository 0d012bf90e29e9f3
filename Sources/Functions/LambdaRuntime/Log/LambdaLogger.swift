#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The fields of a log line, in the order in which they are written.
public typealias LogFields = KeyValuePairs<String, any LogValueConvertible>

/// Writes one line per entry, as JSON unless `AWS_LAMBDA_LOG_FORMAT` is `Text`.
///
/// A value: `with` gives another logger that carries more fields. What is below the level costs a comparison: neither
/// the message nor the fields are built.
public struct LambdaLogger: Sendable {
    /// How a line is written.
    public enum Format: String, Sendable {
        /// One JSON object.
        case json = "JSON"
        /// Tab-separated words.
        case text = "Text"
    }

    /// The least grave level that is written.
    public let level: LogLevel
    private let format: Format
    private let functionName: String
    private let output: @Sendable ([UInt8]) -> Void
    private let now: @Sendable () -> Date
    private var requestID: String?
    private var fields: [(name: String, value: LogValue)] = []

    /// A logger for these settings.
    ///
    /// - Parameter output: takes one whole line, with its line end; by default standard error, which Lambda keeps.
    public init(
        level: LogLevel = .info, format: Format = .json, functionName: String = "",
        now: @escaping @Sendable () -> Date = { Date() },
        output: @escaping @Sendable ([UInt8]) -> Void = StandardError.write
    ) {
        self.level = level
        self.format = format
        self.functionName = functionName
        self.now = now
        self.output = output
    }

    init(_ environment: LambdaEnvironment) {
        self.init(
            level: LogLevel(environment: environment),
            format: environment["AWS_LAMBDA_LOG_FORMAT"]?.lowercased() == "text" ? .text : .json,
            functionName: environment.functionName)
    }

    /// A logger that adds these fields to each of its lines; a name given again takes the new value.
    public func with(_ fields: LogFields) -> LambdaLogger {
        var logger = self
        logger.add(fields)
        return logger
    }

    /// Writes a line at TRACE.
    public func trace(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.trace, message(), fields())
    }

    /// Writes a line at DEBUG.
    public func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.debug, message(), fields())
    }

    /// Writes a line at INFO.
    public func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.info, message(), fields())
    }

    /// Writes a line at WARN.
    public func warn(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.warn, message(), fields())
    }

    /// Writes a line at ERROR.
    public func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.error, message(), fields())
    }

    /// Writes a line at FATAL.
    public func fatal(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.fatal, message(), fields())
    }

    /// Writes a line at a level.
    public func log(
        _ level: LogLevel, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]
    ) {
        guard level >= self.level else { return }
        var line = self
        line.add(fields())
        output(line.render(level, message()) + [UInt8(ascii: "\n")])
    }

    /// A logger whose lines carry this request id.
    func bound(to requestID: String) -> LambdaLogger {
        var logger = self
        logger.requestID = requestID
        return logger
    }

    /// Writes a ready line, such as a metric, whatever the level.
    func write(_ json: JSONText) {
        output(json.bytes + [UInt8(ascii: "\n")])
    }

    private mutating func add(_ fields: LogFields) {
        for (name, value) in fields {
            // A second "message" in one object would hide the first.
            let name = Self.ownNames.contains(name) ? name + "_" : name
            self.fields.removeAll { $0.name == name }
            self.fields.append((name, value.logValue))
        }
    }

    private static let ownNames: Set<String> = ["timestamp", "level", "message", "requestId", "functionName"]

    private func render(_ level: LogLevel, _ message: String) -> [UInt8] {
        switch format {
        case .json: json(level, message)
        case .text: text(level, message)
        }
    }

    private func json(_ level: LogLevel, _ message: String) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.member("timestamp") { $0.string(now().rfc3339) }
            json.member("level") { $0.string(level.rawValue) }
            json.member("message") { $0.string(message) }
            if let requestID { json.member("requestId") { $0.string(requestID) } }
            if !functionName.isEmpty { json.member("functionName") { $0.string(functionName) } }
            for field in fields { json.member(field.name) { field.value.write(to: &$0) } }
        }
        return json.bytes
    }

    /// The words of AWS's own text format: level, time, request id, message; then the fields.
    private func text(_ level: LogLevel, _ message: String) -> [UInt8] {
        let words = ["[\(level.rawValue)]", now().rfc3339, requestID ?? "-", message]
        let line = words + fields.map { "\($0.name)=\($0.value.text)" }
        // What would end the line, or begin another word, is written as an escape.
        let escapes: [Character: String] = ["\n": "\\n", "\r": "\\r", "\r\n": "\\r\\n", "\t": "\\t"]
        return line.map { word in word.map { escapes[$0] ?? String($0) }.joined() }.joined(separator: "\t").utf8.map(
            \.self)
    }
}
