/// In which form a function's log is written, and how much of it.
/// https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html
package struct FunctionLogging: Sendable, Equatable, Codable {
    package enum Format: String, Sendable, Codable, CaseIterable {
        case text = "Text"
        case json = "JSON"
    }

    package var format = Format.text
    /// `TRACE` … `FATAL`: handed to the runtime, which is to keep quieter lines to itself. Of JSON only.
    package var applicationLevel: String?
    /// `DEBUG`, `INFO` or `WARN`: the platform's own lines below it are left out. Of JSON only.
    package var systemLevel: String?

    package static let applicationLevels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
    package static let systemLevels = ["DEBUG", "INFO", "WARN"]

    /// AWS's levels where JSON is asked for without any.
    package static let standardLevel = "INFO"

    package init() {}
}
