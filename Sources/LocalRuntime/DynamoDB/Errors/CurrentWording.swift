import AWSProtocol

/// The words of the checks that AWS now has before the operations on single items, BatchGetItem and Query, in all its
/// regions. Its other operations, and what is found wrong only when the table is known, keep the words of long standing.
enum CurrentWording {
    /// As the writes have it: behind "1 validation error detected: ".
    static func counted<Parameters>(_ read: () throws -> Parameters) throws -> Parameters {
        try reworded(read) { failure in
            if case .constraints = failure { failure } else { .constraints([failure.currentMessage]) }
        }
    }

    /// As the reads have it.
    static func bare<Parameters>(_ read: () throws -> Parameters) throws -> Parameters {
        try reworded(read) { failure in
            let message = failure.currentMessage
            return message == failure.message ? failure : .worded(message)
        }
    }

    private static func reworded<Parameters>(
        _ read: () throws -> Parameters, by reword: (ValidationFailure) -> ValidationFailure
    ) throws -> Parameters {
        do {
            return try read()
        } catch let failure as ValidationFailure {
            throw reword(failure)
        }
    }
}

extension ValidationFailure {
    fileprivate var currentMessage: String {
        switch self {
        case .value(let failure), .expression(.invalidValue(let failure, _)), .read(.startingKeyValue(let failure)):
            failure.currentMessage
        case .expression(.valuesWithoutExpression):
            "ExpressionAttributeValues can only be specified when using expressions"
        default: message
        }
    }
}

extension ValueFailure {
    fileprivate var currentMessage: String {
        let invalid = ValidationFailure.invalid
        return switch self {
        case .number(.notNumeric, let text): "The parameter cannot be converted to a numeric value: \(text)"
        case .duplicateStrings(let texts):
            invalid + "Input collection [\(Self.quoted(texts, { Text($0) }, separator: ", "))] contains duplicates."
        case .duplicateNumbers: invalid + "Input collection contains duplicates."
        case .duplicateBinaries(let texts):
            invalid + "Input collection [\(Self.quoted(texts, Self.order(ofBase64:), separator: ","))]"
                + "of type BS contains duplicates."
        default: message
        }
    }

    /// A text that sorts as the bytes do that a Base64 text stands for.
    private static func order(ofBase64 text: String) -> Text {
        let bytes = (try? Base64.decode(text)) ?? []
        return Text(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })))
    }

    /// The members up to the first that repeats another in their order, then the rest as they were sent.
    private static func quoted(_ texts: [String], _ key: (String) -> Text, separator: String) -> String {
        var seen: Set<Text> = []
        let count = texts.firstIndex { !seen.insert(key($0)).inserted } ?? texts.count
        let ordered = texts[..<count].sorted { key($0) < key($1) }
        return (ordered + texts[count...]).map { "\"\($0)\"" }.joined(separator: separator)
    }
}
