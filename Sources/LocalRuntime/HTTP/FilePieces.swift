import Glibc
import NIOCore

/// Reads a stretch of a file in pieces, so that an answer of any size needs the memory of one piece.
enum FilePieces {
    private static let pieceBytes = 256 * 1024

    /// - Throws: `FileEndedEarly` when the file is shorter than was promised to the client.
    static func read(
        _ path: String, from offset: Int64, length: Int64, _ use: (ByteBuffer) async throws -> Void
    ) async throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileEndedEarly(path: path, missingBytes: Int(length)) }
        defer { close(descriptor) }
        var (position, left) = (offset, Int(length))
        // One piece's memory serves for all: each is gone before the next is read.
        var piece = ByteBufferAllocator().buffer(capacity: min(left, pieceBytes))
        while left > 0 {
            piece.clear()
            let wanted = min(left, pieceBytes)
            let count = piece.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { room in
                max(0, pread(descriptor, room.baseAddress, wanted, off_t(position)))
            }
            guard count > 0 else { throw FileEndedEarly(path: path, missingBytes: left) }
            position += Int64(count)
            left -= count
            try await use(piece)
        }
    }
}

extension Channel {
    /// Writes an answer whose body lies in a file, a piece when the one before it has gone. Reading blocks, so it is not
    /// done on the event loop.
    ///
    /// - Returns: whether all of it went; when not, the client can only be told by closing.
    func write(
        _ head: AnswerHead, filePiecesOf path: String, from offset: Int64, length: Int64
    ) async -> Bool {
        do {
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await writeAndFlush(ByteBuffer(bytes: head.bytes))
                try await FilePieces.read(path, from: offset, length: length) { piece in
                    try await writeAndFlush(piece)
                }
            }
            return true
        } catch {
            return false
        }
    }
}

/// The file behind an answer is shorter than its row says.
struct FileEndedEarly: Error {
    let path: String
    let missingBytes: Int
}
