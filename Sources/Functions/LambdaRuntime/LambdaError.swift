/// An error that chooses how Lambda names it.
///
/// Any other error is named after its Swift type and described by its own text.
public protocol LambdaError: Error {
    /// A short name, such as `Twitch.TokenRefused`: Lambda shows it, and alarms and state machines match it.
    var errorType: String { get }
    /// What happened, where, and what to do about it.
    var errorMessage: String { get }
    /// Lines of a stack trace, innermost first.
    var stackTrace: [String] { get }
}

extension LambdaError {
    /// Empty: Swift errors carry no stack.
    public var stackTrace: [String] { [] }
}

/// The body that the Runtime API takes for an error.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror
struct ErrorReport: Equatable {
    let errorType: String
    let errorMessage: String
    let stackTrace: [String]

    init(_ error: any Error) {
        if let known = error as? any LambdaError {
            (errorType, errorMessage, stackTrace) = (known.errorType, known.errorMessage, known.stackTrace)
        } else {
            (errorType, errorMessage, stackTrace) = (String(describing: type(of: error)), String(describing: error), [])
        }
    }

    /// The type as a header value: what could end the line or is not visible ASCII becomes an underscore.
    var headerType: String {
        let visible = errorType.utf8.prefix(256).map { $0 > 0x20 && $0 < 0x7f ? $0 : UInt8(ascii: "_") }
        return String(decoding: visible, as: UTF8.self)
    }

    var json: [UInt8] {
        var json = JSONText()
        json.object { json in
            json.member("errorMessage") { $0.string(errorMessage) }
            json.member("errorType") { $0.string(errorType) }
            json.member("stackTrace") { json in json.array(stackTrace) { $0.string($1) } }
        }
        return json.bytes
    }
}
