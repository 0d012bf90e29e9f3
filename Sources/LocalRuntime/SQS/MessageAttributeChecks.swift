/// The rules for message attributes.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-message-attributes
enum MessageAttributeChecks {
    static func check(_ attributes: [String: MessageAttribute], limit: Int) throws {
        guard attributes.count <= limit else {
            throw SQSError.invalidParameterValue(
                "Number of message attributes [\(attributes.count)] exceeds the allowed maximum [\(limit)].")
        }
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            try check(name: name)
            try check(attribute, of: name)
        }
    }

    static func check(system attributes: [String: MessageAttribute]) throws {
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            guard name == "AWSTraceHeader" else {
                throw SQSError.invalidParameterValue("Message system attribute name '\(name)' is invalid.")
            }
            guard attribute.baseType == "String", case .string(let text) = attribute.value, !text.isEmpty else {
                throw SQSError.invalidParameterValue(
                    "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.")
            }
        }
    }

    private static func check(name: String) throws {
        guard !name.isEmpty else {
            throw SQSError.invalidParameterValue(
                "The request must contain non-empty message (user) attribute names.")
        }
        guard name.utf8.count <= 256 else {
            throw SQSError.invalidParameterValue("Message (user) attribute name must be shorter than 256 bytes.")
        }
        let lowercased = name.lowercased()
        if lowercased.hasPrefix("aws.") || lowercased.hasPrefix("amazon.") {
            throw SQSError.invalidParameterValue(
                "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. "
                    + "These strings are reserved for internal use.")
        }
        // SQS takes letters of any script, though its documents name only ASCII ones.
        let isSpelledRight = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
        guard isSpelledRight, !name.hasPrefix("."), !name.hasSuffix("."), !name.contains("..") else {
            throw SQSError.invalidParameterValue(
                "The message attribute name '\(name)' is invalid. Attribute name can contain A-Z, a-z, 0-9, "
                    + "underscore (_), hyphen (-), and period (.) characters.")
        }
    }

    private static func check(_ attribute: MessageAttribute, of name: String) throws {
        guard attribute.dataType.utf8.count <= 256 else {
            throw SQSError.invalidParameterValue("Message (user) attribute type must be shorter than 256 bytes.")
        }
        let type = attribute.baseType
        guard ["String", "Number", "Binary"].contains(type) else {
            throw SQSError.invalidParameterValue(
                "The type of message (user) attribute '\(name)' is invalid. "
                    + "You must use only the following supported type prefixes: Binary, Number, String.")
        }
        switch attribute.value {
        case .binary(let bytes) where type == "Binary" && !bytes.isEmpty: break
        case .string(let text) where type != "Binary" && !text.isEmpty:
            guard MessageChecks.hasOnlyValidCharacters(text) else {
                throw SQSError.invalidParameterValue(SQSError.invalidCharacters)
            }
            if type == "Number", !isNumber(text) {
                throw SQSError.invalidParameterValue(
                    "Can't cast the value of message (user) attribute '\(name)' to a number.")
            }
        default:
            throw SQSError.invalidParameterValue(
                "Message (user) attribute '\(name)' must contain a non-empty value of type '\(type)'.")
        }
    }

    /// A decimal number of at most 38 significant digits, with or without an exponent.
    private static func isNumber(_ text: String) -> Bool {
        var rest = text[...]
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        let parts = rest.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = mantissa.joined()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return false }
        if parts.count == 2, Int(parts[1]) == nil { return false }
        return digits.drop { $0 == "0" }.count <= 38
    }
}
