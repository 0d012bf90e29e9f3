import Foundation

/// Base64 as DynamoDB takes it for binaries: padded, without line breaks, no stray bits in the last character.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
    }

    /// - Throws: `SerializationFailure` in AWS's words.
    static func decode(_ text: String) throws(SerializationFailure) -> [UInt8] {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else {
            throw SerializationFailure(
                "Base64 encoded length is expected a multiple of 4 bytes but found: \(characters.count)")
        }
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else {
            throw SerializationFailure("Invalid last non-pad Base64 character dectected")
        }
        return Array(data)
    }
}
