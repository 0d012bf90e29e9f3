import AWSProtocol

/// Message attributes as JSON: the form they have on the wire is the form in which they are stored.
extension MessageAttribute {
    var json: JSONValue {
        switch value {
        case .string(let text): ["StringValue": .string(text), "DataType": .string(dataType)]
        case .binary(let bytes):
            ["BinaryValue": .string(Base64.encode(bytes)), "DataType": .string(dataType)]
        }
    }

    /// Reads what `json` wrote; nil for anything else.
    init?(json: JSONValue) {
        guard let dataType = json["DataType"]?.string else { return nil }
        if let text = json["StringValue"]?.string {
            self.init(dataType: dataType, value: .string(text))
        } else if let bytes = json["BinaryValue"]?.string.flatMap(Base64.decode) {
            self.init(dataType: dataType, value: .binary(bytes))
        } else {
            return nil
        }
    }
}

extension [String: MessageAttribute] {
    /// In the order of the names, so that equal attributes give equal bytes.
    var json: JSONObject {
        JSONObject(sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
    }

    /// nil for none, so that plain messages cost nothing.
    var stored: String? {
        isEmpty ? nil : JSONValue.object(json).text
    }

    init(stored: String?) throws {
        self = [:]
        guard let stored, let object = try JSONValue(parsing: stored).object else { return }
        for member in object.members { self[member.name] = MessageAttribute(json: member.value) }
    }
}
