import AWSProtocol

/// ETags and checksums of objects that were uploaded in parts.
enum MultipartChecksum {
    /// The MD5 of the parts' MD5s in a row, with the number of parts behind it; nil when a part's ETag is no MD5.
    static func etag(ofParts etags: [String]) -> ETag? {
        let digests = etags.compactMap(Hex.decode)
        guard digests.count == etags.count else { return nil }
        return ETag("\(Hex.encode(Digest.of(digests.flatMap(\.self), .md5)))-\(etags.count)")
    }

    /// The checksum of the whole out of the parts' values and lengths; nil when a value is not one of `algorithm`.
    static func checksum(
        ofParts parts: [(value: String, size_bytes: Int64)], _ algorithm: ChecksumAlgorithm, _ type: ChecksumType
    ) -> ObjectChecksum? {
        let values = parts.compactMap { Base64.decode($0.value) }.filter { $0.count == algorithm.length_bytes }
        guard values.count == parts.count, !parts.isEmpty else { return nil }
        switch type {
        case .composite:
            let whole = RunningChecksum.of(values.flatMap(\.self), algorithm)
            return ObjectChecksum(algorithm: algorithm, type: type, value: "\(whole.value)-\(parts.count)")
        case .fullObject:
            guard let polynomial = algorithm.polynomial else { return nil }
            let checks = values.map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
            let whole = zip(checks, parts).dropFirst().reduce(checks[0]) { sum, part in
                CRC.combine(sum, part.0, secondLength: part.1.size_bytes, polynomial)
            }
            return ObjectChecksum(
                algorithm: algorithm, type: type,
                value: Base64.encode(CRC.bytes(of: whole, width: polynomial.width)))
        }
    }
}

extension Hex {
    /// The bytes of a text of hex digits; nil for anything else.
    static func decode(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || 97...102 ~= $0 | 0x20 ? $0 : 0 }
        guard digits.count.isMultiple(of: 2), !digits.contains(0) else { return nil }
        func nibble(_ digit: UInt8) -> UInt8 { digit < 65 ? digit - 48 : (digit | 0x20) - 87 }
        return stride(from: 0, to: digits.count, by: 2).map { nibble(digits[$0]) << 4 | nibble(digits[$0 + 1]) }
    }
}
