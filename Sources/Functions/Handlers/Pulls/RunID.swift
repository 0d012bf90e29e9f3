import CCurl
import HTTPTransport
package import Lake

/// Names one run of `extract`. It stands in object keys, so it holds no character that a key or URL would change.
package struct RunID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// Reads an identifier that a caller gave: 1 to 128 ASCII letters, digits, `.`, `_` and `-`, and not only dots.
    package init?(_ text: String) {
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed), !text.allSatisfy({ $0 == "." })
        else { return nil }
        self.text = text
    }

    /// `<YYYYMMDDTHHMMSSmmmZ>-<8 hex digits>` from the run's instant and what caused it, so that a repetition of the same
    /// cause is the same run.
    package init(collectedAt: Instant, cause: String) throws {
        let instant = collectedAt.description.filter { !"-:.".contains($0) }
        text = "\(instant)-\(try Self.digest(of: cause))"
    }

    package var description: String { text }

    /// The first 8 hexadecimal digits of the SHA-256.
    private static func digest(of text: String) throws -> String {
        if let reason = cdigest_load() { throw HTTPTransportError.unavailable(String(cString: reason)) }
        let bytes = Array(text.utf8)
        let digest = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            guard let address = buffer.baseAddress else { return }
            count = cdigest_sha256(bytes, bytes.count, address) == 1 ? 32 : 0
        }
        return digest.prefix(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
