import AWSProtocol

/// The members of a request, read one by one with AWS's words for what is missing or of the wrong type.
struct SQSParameters: Sendable {
    let members: JSONObject

    subscript(name: String) -> JSONValue? {
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    /// A text; numbers and booleans are taken as they are spelled.
    func string(_ name: String) throws -> String? {
        try self[name].map(Self.text)
    }

    /// A text that must be there and not be empty.
    func required(_ name: String) throws -> String {
        guard let text = try string(name), !text.isEmpty else { throw SQSError.missingParameter(name) }
        return text
    }

    func integer(_ name: String) throws -> Int? {
        switch self[name] {
        case nil: return nil
        case .number(let text), .string(let text):
            guard let number = Int(text) else {
                throw SQSError.serialization("STRING_VALUE can not be converted to an Integer")
            }
            return number
        case .array: throw SQSError.serialization("Start of list found where not expected")
        case .object: throw SQSError.serialization("Start of structure or map found where not expected.")
        case .bool, .null: throw SQSError.serialization("STRING_VALUE can not be converted to an Integer")
        }
    }

    func strings(_ name: String) throws -> [String] {
        try list(name)?.map(Self.text) ?? []
    }

    /// nil when the list is not there at all.
    func list(_ name: String) throws -> [JSONValue]? {
        switch self[name] {
        case nil: nil
        case .array(let values): values
        default: throw SQSError.serialization("Expected list or null")
        }
    }

    /// The structures of a list.
    func entries(_ name: String) throws -> [SQSParameters]? {
        try list(name)?.map { value in
            guard let object = value.object else {
                throw SQSError.serialization("Expected structure or null")
            }
            return SQSParameters(members: object)
        }
    }

    /// The pairs of a map from text to text, in their order.
    func map(_ name: String) throws -> [(name: String, value: String)] {
        switch self[name] {
        case nil: []
        case .object(let object):
            try object.members.filter { !$0.value.isNull }.map { ($0.name, try Self.text($0.value)) }
        default: throw SQSError.serialization("Expected map or null")
        }
    }

    func messageAttributes(_ name: String) throws -> [String: MessageAttribute] {
        guard let value = self[name] else { return [:] }
        guard let object = value.object else { throw SQSError.serialization("Expected map or null") }
        var attributes: [String: MessageAttribute] = [:]
        for member in object.members { attributes[member.name] = try Self.attribute(member.name, member.value) }
        return attributes
    }

    private static func attribute(_ name: String, _ value: JSONValue) throws -> MessageAttribute {
        guard let object = value.object else { throw SQSError.serialization("Expected structure or null") }
        let members = SQSParameters(members: object)
        for list in ["StringListValues", "BinaryListValues"] where !(try members.list(list) ?? []).isEmpty {
            throw SQSError.invalidParameterValue(
                "Message attribute list values in SendMessage operation are not supported.")
        }
        guard let dataType = try members.string("DataType"), !dataType.isEmpty else {
            throw SQSError.invalidParameterValue(
                "The message (user) attribute '\(name)' must contain a non-empty message attribute value.")
        }
        if dataType.hasPrefix("Binary") {
            guard let bytes = Base64.decode(try members.string("BinaryValue") ?? "") else {
                throw SQSError.serialization("Invalid Base64")
            }
            return MessageAttribute(dataType: dataType, value: .binary(bytes))
        }
        return MessageAttribute(dataType: dataType, value: .string(try members.string("StringValue") ?? ""))
    }

    private static func text(_ value: JSONValue) throws -> String {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .array: throw SQSError.serialization("Unrecognized collection type class java.lang.String")
        case .object: throw SQSError.serialization("Start of structure or map found where not expected.")
        case .null: ""
        }
    }
}
