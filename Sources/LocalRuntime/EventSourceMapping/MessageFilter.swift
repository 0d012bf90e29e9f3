import AWSProtocol

/// A mapping's filters over SQS records.
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
struct MessageFilter: Sendable {
    private let patterns: [FilterPattern]

    init(_ texts: [String]) throws(MappingError) {
        var patterns: [FilterPattern] = []
        for text in texts { patterns.append(try FilterPattern(text: text)) }
        self.patterns = patterns
    }

    /// Whether one of the filters lets the record through; without filters all go through.
    ///
    /// A filter sees a body that is JSON as what it says, and any other body as a string. So a pattern for JSON never
    /// matches a plain body, nor a pattern for plain text a JSON body.
    func admits(_ record: JSONValue) -> Bool {
        guard !patterns.isEmpty else { return true }
        guard var object = record.object else { return false }
        if let body = object["body"]?.string, let parsed = try? JSONValue(parsing: body), parsed.object != nil {
            object["body"] = parsed
        }
        return patterns.contains { $0.matches(.object(object)) }
    }
}
