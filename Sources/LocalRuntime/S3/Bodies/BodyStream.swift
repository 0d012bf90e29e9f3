import AWSProtocol
import Glibc

extension ObjectBodies {
    /// A stored body, or a stretch of it, to be read again in pieces.
    func stream(_ body: StoredBody, _ range: Range<Int64>) throws -> HTTPBody {
        switch body {
        case .inline(let bytes): return .bytes(Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
        case .file(let file):
            let reader = try FileReader(path: path(of: file), range)
            return .stream { try reader.next() }
        }
    }
}

/// Reads a stretch of a file once, piece by piece.
private final class FileReader: Sendable {
    private static let piece_bytes: Int64 = 256 << 10

    private let path: String
    private let descriptor: Int32
    // One task reads one body, a piece after the other: `HTTPBody.stream` is read once.
    nonisolated(unsafe) private var rest: Range<Int64>

    init(path: String, _ range: Range<Int64>) throws {
        self.path = path
        rest = range
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BodyFileError("open", path) }
    }

    deinit {
        close(descriptor)
    }

    func next() throws -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        let wanted = Int(min(Self.piece_bytes, rest.upperBound - rest.lowerBound))
        let offset = off_t(rest.lowerBound)
        let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, wanted, offset))
        }
        guard !piece.isEmpty else { throw BodyFileError("read", path) }
        rest = rest.lowerBound + Int64(piece.count)..<rest.upperBound
        return piece
    }
}
