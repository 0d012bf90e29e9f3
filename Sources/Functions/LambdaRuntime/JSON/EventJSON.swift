#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// JSON by `Codable`, for events and answers without a faster way of their own.
enum EventJSON {
    private static let decoder = JSONDecoder()
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return encoder
    }()

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, !bytes.isEmpty else { throw EmptyPayload() }
            // The decoder copies what it keeps and is done when it returns, so the bytes outlive every use of them.
            let data = Data(
                bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count, deallocator: .none)
            return try decoder.decode(type, from: data)
        }
    }

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        Array(try encoder.encode(value))
    }
}

private struct EmptyPayload: Error, CustomStringConvertible {
    let description = "the payload is empty"
}

/// The event is not what the handler takes: an error of the invocation, named as AWS's own clients name it.
struct EventDecodingError: LambdaError {
    let errorType = "Runtime.UnmarshalError"
    let errorMessage: String

    init(_ type: Any.Type, _ error: any Error) {
        errorMessage = "The event is not a valid \(type): \(describe(error))"
    }
}

/// The handler's answer cannot be written as JSON.
struct OutputEncodingError: LambdaError {
    let errorType = "Runtime.MarshalError"
    let errorMessage: String

    init(_ type: Any.Type, _ error: any Error) {
        errorMessage = "The answer, a \(type), cannot be written as JSON: \(describe(error))"
    }
}

private func describe(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
        "\(path(context.codingPath + [key])) is missing"
    case DecodingError.valueNotFound(_, let context), DecodingError.typeMismatch(_, let context):
        "\(path(context.codingPath)): \(context.debugDescription)"
    case DecodingError.dataCorrupted(let context):
        "\(path(context.codingPath)): \(context.debugDescription)\(cause(context.underlyingError))"
    case EncodingError.invalidValue(_, let context):
        "\(path(context.codingPath)): \(context.debugDescription)"
    default:
        String(describing: error)
    }
}

private func cause(_ error: (any Error)?) -> String {
    error.map { " (\($0))" } ?? ""
}

/// A coding path as one writes it in JavaScript: `Records[0].body`.
private func path(_ keys: [any CodingKey]) -> String {
    guard !keys.isEmpty else { return "the top level" }
    return keys.reduce(into: "") { path, key in
        if let index = key.intValue {
            path += "[\(index)]"
        } else {
            path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
        }
    }
}
