import AWSProtocol

/// A function's error as a line of text.
enum FunctionFailure {
    private static let longest = 1_000

    /// `ValueError: no such tier`, out of the error document that runtimes answer; the type alone out of anything else.
    static func text(_ answer: [UInt8], type: String) -> String {
        let document = try? JSONValue(parsing: answer)
        let kind = document?["errorType"]?.string ?? type
        guard let message = document?["errorMessage"]?.string, !message.isEmpty else { return kind }
        return String("\(kind): \(message)".prefix(longest))
    }
}
