/// An event that a step cannot work on.
package enum EventError: Error, Equatable {
    case missing(field: String, expected: String)
    case invalid(field: String, value: String, expected: String)
}

extension EventError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let field, let expected): "The event has no \"\(field)\"; give \(expected)."
        case .invalid(let field, let value, let expected):
            "The event's \"\(field)\" is \"\(value.prefix(200))\"; give \(expected)."
        }
    }
}

extension KeyedDecodingContainer {
    /// The text under `key`; nil when it is absent or null.
    func text(_ key: Key, expected: String) throws -> String? {
        do {
            return try decodeIfPresent(String.self, forKey: key)
        } catch is DecodingError {
            throw EventError.invalid(field: key.stringValue, value: "not a string", expected: expected)
        }
    }
}
