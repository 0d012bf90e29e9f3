/// The name of an object: bytes that are UTF-8, ordered as bytes and not as Swift orders text.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
struct ObjectKey: Hashable, Sendable, Comparable {
    let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether its `..` go further up than its other elements went down; no address may do so.
    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
    var leavesBucket: Bool {
        var depth = 0
        for element in bytes.split(separator: UInt8(ascii: "/")) {
            depth += element.elementsEqual("..".utf8) ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }

    static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    func hasPrefix(_ prefix: [UInt8]) -> Bool {
        bytes.starts(with: prefix)
    }

    /// The key up to and with the first `delimiter` behind `prefix`: what a list shows in its place.
    func commonPrefix(behind prefix: [UInt8], delimiter: [UInt8]) -> ObjectKey? {
        guard !delimiter.isEmpty, let end = bytes[prefix.count...].firstRange(of: delimiter)?.upperBound
        else { return nil }
        return ObjectKey(bytes: bytes[..<end])
    }

    /// The first key behind all that start with this one; nil when there is none.
    var behindAllWithThisPrefix: ObjectKey? {
        guard let last = bytes.lastIndex(where: { $0 < 0xFF }) else { return nil }
        return ObjectKey(bytes: bytes[..<last] + [bytes[last] + 1])
    }
}
