import AWSProtocol

/// Names one version of one object. AWS's ids say nothing; these hold the version's place in the order of all writes,
/// hidden, so that a list can go on behind a version that has been deleted meanwhile.
enum VersionID: Hashable, Sendable {
    /// Of an object written while its bucket had no versioning, or had it suspended: `null` on the wire.
    case null
    case sequence(Int64)

    /// Reads an id that a client sent; nil when no bucket here can have given it out.
    init?(wire text: String) {
        guard text != "null" else {
            self = .null
            return
        }
        let digits = text.utf8.compactMap { Self.alphabet.firstIndex(of: $0) }
        guard digits.count == 32, text.utf8.count == 32 else { return nil }
        let bytes = stride(from: 0, to: 32, by: 4).flatMap { start in
            let word = digits[start..<start + 4].reduce(0) { $0 << 6 | $1 }
            return [UInt8(word >> 16), UInt8(word >> 8 & 0xFF), UInt8(word & 0xFF)]
        }
        let masked = Self.word(bytes[..<8])
        let sequence = masked ^ Self.word(Digest.of(Array(bytes[8...]), .sha256)[..<8])
        guard sequence > 0, Self.sequence(sequence).wire == text else { return nil }
        self = .sequence(sequence)
    }

    var wire: String {
        guard case .sequence(let sequence) = self else { return "null" }
        let tag = Array(Digest.of(Array("version \(sequence)".utf8), .sha256)[..<16])
        let masked = sequence ^ Self.word(Digest.of(tag, .sha256)[..<8])
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: masked >> (56 - 8 * Int64($0))) } + tag
        let digits = stride(from: 0, to: 24, by: 3).flatMap { start in
            let word = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
            return [18, 12, 6, 0].map { Self.alphabet[word >> $0 & 63] }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._".utf8)

    private static func word(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}
