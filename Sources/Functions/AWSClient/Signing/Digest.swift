import CCurl
import HTTPTransport

/// SHA-256 and HMAC-SHA-256 by the system's OpenSSL, opened at the first use.
package enum Digest {
    static let byteCount = 32

    /// - Throws: `HTTPTransportError.unavailable` without OpenSSL.
    package static func sha256(_ bytes: [UInt8]) throws -> [UInt8] {
        try loadLibrary()
        return [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            // The only failure is exhausted memory: the arguments are always in order. Then the count stays 0.
            guard let address = digest.baseAddress else { return }
            count = cdigest_sha256(bytes, bytes.count, address) == 1 ? byteCount : 0
        }
    }

    static func hmacSHA256(key: [UInt8], _ text: String) throws -> [UInt8] {
        try loadLibrary()
        let bytes = Array(text.utf8)
        return [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            guard let address = digest.baseAddress else { return }
            count = cdigest_hmac_sha256(key, key.count, bytes, bytes.count, address) == 1 ? byteCount : 0
        }
    }

    private static func loadLibrary() throws {
        guard let reason = cdigest_load() else { return }
        throw HTTPTransportError.unavailable(
            "OpenSSL's libcrypto cannot be loaded (\(String(cString: reason))); install the package libssl3 (Debian) "
                + "or openssl-libs (Amazon Linux), or put libcrypto.so.3 on LD_LIBRARY_PATH.")
    }
}

extension [UInt8] {
    /// Two lower-case hexadecimal digits a byte.
    var hexadecimal: String {
        String(unsafeUninitializedCapacity: count * 2) { text in
            for (index, byte) in enumerated() {
                text[index * 2] = Self.hexadecimalDigits[Int(byte >> 4)]
                text[index * 2 + 1] = Self.hexadecimalDigits[Int(byte & 15)]
            }
            return count * 2
        }
    }

    private static let hexadecimalDigits = Array("0123456789abcdef".utf8)
}
