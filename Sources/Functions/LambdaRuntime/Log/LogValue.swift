/// The value of a field of a log line.
public enum LogValue: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// A number; NaN and infinity are written as strings.
    case double(Double)
    /// True or false.
    case boolean(Bool)
}

/// Whatever may stand as a field's value: `["run_id": runID, "rows": 12]`.
public protocol LogValueConvertible: Sendable {
    /// The value as it is written.
    var logValue: LogValue { get }
}

extension LogValue: LogValueConvertible {
    /// Itself.
    public var logValue: LogValue { self }

    func write(to json: inout JSONText) {
        switch self {
        case .string(let text): json.string(text)
        case .integer(let number): json.integer(number)
        case .double(let number): json.number(number)
        case .boolean(let value): json.boolean(value)
        }
    }

    var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .boolean(let value): String(value)
        }
    }
}

extension String: LogValueConvertible {
    /// As text.
    public var logValue: LogValue { .string(self) }
}

extension Int: LogValueConvertible {
    /// As a number.
    public var logValue: LogValue { .integer(self) }
}

extension Double: LogValueConvertible {
    /// As a number.
    public var logValue: LogValue { .double(self) }
}

extension Bool: LogValueConvertible {
    /// As true or false.
    public var logValue: LogValue { .boolean(self) }
}
