import AWSProtocol

/// The MD5s by which SDKs check that a message arrived as it was sent.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
package enum MessageDigests {
    package static func ofBody(_ body: String) -> String {
        Hex.encode(Digest.of(body, .md5))
    }

    /// nil for no attributes at all: SQS sends no digest then.
    package static func ofAttributes(_ attributes: [String: MessageAttribute]) -> String? {
        guard !attributes.isEmpty else { return nil }
        var bytes: [UInt8] = []
        for (name, attribute) in attributes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            append(name.utf8, to: &bytes)
            append(attribute.dataType.utf8, to: &bytes)
            switch attribute.value {
            case .string(let text):
                bytes.append(1)
                append(text.utf8, to: &bytes)
            case .binary(let value):
                bytes.append(2)
                append(value, to: &bytes)
            }
        }
        return Hex.encode(Digest.of(bytes, .md5))
    }

    /// The length in four bytes, the highest first, and then the bytes.
    private static func append(_ part: some Collection<UInt8>, to bytes: inout [UInt8]) {
        let length = UInt32(part.count)
        bytes.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) })
        bytes.append(contentsOf: part)
    }
}
