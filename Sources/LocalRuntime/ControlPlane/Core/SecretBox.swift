import AWSProtocol
import CCrypto
package import Foundation

/// Keeps secrets out of sight in the database: AES-256-GCM under a key that lies beside it, readable by its owner only.
///
/// It protects from a grep, a support bundle and a glance into the file, not from whoever may read the whole state folder.
package struct SecretBox: Sendable {
    private static let keyBytes = 32
    private static let nonceBytes = 12
    private static let tagBytes = 16

    private let key: [UInt8]

    /// Reads the key, or makes it when there is none.
    package init(keyFile: URL) throws {
        if let stored = try? Data(contentsOf: keyFile) {
            guard stored.count == Self.keyBytes else { throw SecretBoxError.damagedKey(path: keyFile.path) }
            key = Array(stored)
            return
        }
        key = Self.random(Self.keyBytes)
        guard
            FileManager.default.createFile(
                atPath: keyFile.path, contents: Data(key), attributes: [.posixPermissions: 0o600])
        else { throw SecretBoxError.unwritableKey(path: keyFile.path) }
    }

    /// - Parameter context: what the secret belongs to; it opens under the same context only.
    func seal(_ secret: String, for context: String) -> String {
        let nonce = Self.random(Self.nonceBytes)
        let (sealed, tag) = Self.encrypt(Array(secret.utf8), key, nonce, Array(context.utf8))
        return Data(nonce + tag + sealed).base64EncodedString()
    }

    /// - Throws: `SecretBoxError.sealedOtherwise` for a text that `seal` did not make under this key and context.
    func open(_ text: String, for context: String) throws -> String {
        guard let box = Data(base64Encoded: text).map(Array.init), box.count >= Self.nonceBytes + Self.tagBytes else {
            throw SecretBoxError.sealedOtherwise
        }
        let tagged = box.dropFirst(Self.nonceBytes)
        let secret = Self.decrypt(
            Array(tagged.dropFirst(Self.tagBytes)), key, Array(box.prefix(Self.nonceBytes)),
            tag: Array(tagged.prefix(Self.tagBytes)), Array(context.utf8))
        guard let secret, let opened = String(validating: secret, as: UTF8.self) else {
            throw SecretBoxError.sealedOtherwise
        }
        return opened
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func encrypt(
        _ plain: [UInt8], _ key: [UInt8], _ nonce: [UInt8], _ context: [UInt8]
    ) -> (sealed: [UInt8], tag: [UInt8]) {
        let cipher = newCipher()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var sealed = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: tagBytes)
        var length: Int32 = 0
        EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce)
        EVP_EncryptUpdate(cipher, nil, &length, context, Int32(context.count))
        EVP_EncryptUpdate(cipher, &sealed, &length, plain, Int32(plain.count))
        EVP_EncryptFinal_ex(cipher, nil, &length)
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag)
        return (sealed, tag)
    }

    private static func decrypt(
        _ sealed: [UInt8], _ key: [UInt8], _ nonce: [UInt8], tag: [UInt8], _ context: [UInt8]
    ) -> [UInt8]? {
        let cipher = newCipher()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var plain = [UInt8](repeating: 0, count: sealed.count)
        var tag = tag
        var length: Int32 = 0
        EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce)
        EVP_DecryptUpdate(cipher, nil, &length, context, Int32(context.count))
        EVP_DecryptUpdate(cipher, &plain, &length, sealed, Int32(sealed.count))
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag)
        return EVP_DecryptFinal_ex(cipher, nil, &length) == 1 ? plain : nil
    }

    private static func newCipher() -> OpaquePointer {
        guard let cipher = EVP_CIPHER_CTX_new() else {
            preconditionFailure("libcrypto gave no cipher context: out of memory")
        }
        return cipher
    }
}

/// Why a secret cannot be kept or read.
package enum SecretBoxError: Error, Equatable, CustomStringConvertible {
    case damagedKey(path: String)
    case unwritableKey(path: String)
    case sealedOtherwise

    package var description: String {
        switch self {
        case .damagedKey(let path):
            "The key of the stored secrets, \(path), is damaged. Restore it from a copy; without it they cannot be read."
        case .unwritableKey(let path): "The key of the stored secrets, \(path), cannot be written."
        case .sealedOtherwise:
            "A stored secret was sealed under another key: secrets.key is not the one it was stored with."
        }
    }
}
