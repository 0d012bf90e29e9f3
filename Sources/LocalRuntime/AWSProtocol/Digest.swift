import CCrypto

/// Lower-case hex, as AWS prints digests.
package enum Hex {
    static let lower = Array("0123456789abcdef".utf8)
    static let upper = Array("0123456789ABCDEF".utf8)

    package static func encode(_ bytes: some Sequence<UInt8>) -> String { encode(Array(bytes)) }

    package static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            var end = 0
            for byte in bytes {
                text[end] = lower[Int(byte >> 4)]
                text[end + 1] = lower[Int(byte & 15)]
                end += 2
            }
            return end
        }
    }
}

/// A digest by OpenSSL's libcrypto, fed in one piece or in many.
package final class Digest {
    package enum Algorithm: Sendable {
        case md5, sha1, sha256, sha384, sha512
    }

    private let context: OpaquePointer

    package init(_ algorithm: Algorithm) {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, Self.implementation(algorithm), nil) == 1
        else {
            preconditionFailure("libcrypto gave no digest context: out of memory")
        }
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    package func update(_ bytes: [UInt8]) {
        EVP_DigestUpdate(context, bytes, bytes.count)
    }

    /// The digest of all that was fed; the object is spent afterwards.
    package func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        EVP_DigestFinal_ex(context, &digest, &length)
        return Array(digest.prefix(Int(length)))
    }

    package static func of(_ bytes: [UInt8], _ algorithm: Algorithm) -> [UInt8] {
        bytes.withUnsafeBytes { of($0, algorithm) }
    }

    package static func of(_ text: String, _ algorithm: Algorithm) -> [UInt8] {
        var text = text
        return text.withUTF8 { of(UnsafeRawBufferPointer($0), algorithm) }
    }

    private static func of(_ bytes: UnsafeRawBufferPointer, _ algorithm: Algorithm) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { digest, count in
            var length: UInt32 = 0
            let isDone = EVP_Digest(
                bytes.baseAddress, bytes.count, digest.baseAddress, &length, implementation(algorithm), nil)
            precondition(isDone == 1, "libcrypto gave no digest: out of memory")
            count = Int(length)
        }
    }

    /// The keyed digest of RFC 2104.
    package static func hmac(_ message: [UInt8], key: [UInt8], _ algorithm: Algorithm) -> [UInt8] {
        let block = 64  // of each of the three algorithms, in bytes
        var key = key.count > block ? of(key, algorithm) : key
        key += [UInt8](repeating: 0, count: block - key.count)
        return of(key.map { $0 ^ 0x5c } + of(key.map { $0 ^ 0x36 } + message, algorithm), algorithm)
    }

    /// Libcrypto looks an algorithm up at each use unless it was fetched before, which takes longer than a short digest.
    /// https://docs.openssl.org/3.0/man7/crypto/#performance
    private static func implementation(_ algorithm: Algorithm) -> OpaquePointer? {
        switch algorithm {
        case .md5: md5
        case .sha1: sha1
        case .sha256: sha256
        case .sha384: sha384
        case .sha512: sha512
        }
    }

    // Libcrypto's method objects are immutable, and may be used by any thread.
    nonisolated(unsafe) private static let md5 = EVP_MD_fetch(nil, "MD5", nil)
    nonisolated(unsafe) private static let sha1 = EVP_MD_fetch(nil, "SHA1", nil)
    nonisolated(unsafe) private static let sha256 = EVP_MD_fetch(nil, "SHA256", nil)
    nonisolated(unsafe) private static let sha384 = EVP_MD_fetch(nil, "SHA384", nil)
    nonisolated(unsafe) private static let sha512 = EVP_MD_fetch(nil, "SHA512", nil)
}
