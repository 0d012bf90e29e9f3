/// An entity tag without its quotes: the MD5 of the bytes in hex, or that of the parts with their number.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
struct ETag: Hashable, Sendable {
    let value: String

    /// The MD5 of no bytes: what an event tells of a delete marker.
    static let ofNothing = ETag("d41d8cd98f00b204e9800998ecf8427e")

    init(_ value: String) {
        self.value = value
    }

    /// Reads a tag as clients send it, with quotes or without.
    init(wire: some StringProtocol) {
        let text = wire.hasPrefix("W/") ? wire.dropFirst(2) : wire[...]
        let isQuoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        value = String(isQuoted ? text.dropFirst().dropLast() : text)
    }

    var quoted: String { "\"\(value)\"" }

    /// Whether the object was uploaded in parts.
    var isOfParts: Bool { value.contains("-") }
}
