import AWSProtocol

/// The checksums a client may choose for an object.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
enum ChecksumAlgorithm: String, CaseIterable, Sendable {
    case crc32 = "CRC32"
    case crc32c = "CRC32C"
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case crc64nvme = "CRC64NVME"

    /// Newer algorithms of S3 that are refused by name.
    static let notImplemented = ["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"]

    var header: String { "x-amz-checksum-\(rawValue.lowercased())" }
    var element: String { "Checksum\(rawValue)" }

    var length_bytes: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// The polynomial of an algorithm whose value for a whole can be had from the values of its parts.
    var polynomial: CRC.Polynomial? {
        switch self {
        case .crc32: CRC.crc32
        case .crc32c: CRC.crc32c
        case .crc64nvme: CRC.crc64nvme
        case .sha1, .sha256: nil
        }
    }

    /// What a multipart upload gets when its creator names no type.
    var defaultType: ChecksumType { self == .crc64nvme ? .fullObject : .composite }

    func supports(_ type: ChecksumType) -> Bool {
        switch type {
        case .fullObject: polynomial != nil
        case .composite: self != .crc64nvme
        }
    }
}

/// Whether a checksum is of an object's bytes or of its parts' checksums.
enum ChecksumType: String, Sendable {
    case fullObject = "FULL_OBJECT"
    case composite = "COMPOSITE"
}

/// A checksum of stored bytes.
struct ObjectChecksum: Sendable, Equatable {
    var algorithm: ChecksumAlgorithm
    var type: ChecksumType = .fullObject
    /// Base64; a composite one ends in `-` and the number of parts.
    var value: String
}

/// A checksum under way, fed piece by piece.
struct RunningChecksum {
    private enum State {
        case crc(CRC)
        case digest(Digest)
    }

    let algorithm: ChecksumAlgorithm
    private var state: State

    init(_ algorithm: ChecksumAlgorithm) {
        self.algorithm = algorithm
        if let polynomial = algorithm.polynomial {
            state = .crc(CRC(polynomial))
        } else {
            state = .digest(Digest(algorithm == .sha1 ? .sha1 : .sha256))
        }
    }

    mutating func update(_ piece: [UInt8]) {
        switch state {
        case .crc(var crc):
            crc.update(piece)
            state = .crc(crc)
        case .digest(let digest): digest.update(piece)
        }
    }

    /// The checksum of all that was fed; this value is spent afterwards.
    func finish() -> ObjectChecksum {
        let bytes =
            switch state {
            case .crc(let crc): crc.bytes
            case .digest(let digest): digest.finish()
            }
        return ObjectChecksum(algorithm: algorithm, value: Base64.encode(bytes))
    }

    static func of(_ bytes: [UInt8], _ algorithm: ChecksumAlgorithm) -> ObjectChecksum {
        var running = RunningChecksum(algorithm)
        running.update(bytes)
        return running.finish()
    }
}
