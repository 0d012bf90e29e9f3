import Foundation
import NIOCore
import NIOHTTP1

/// Reads a stretch of a file in pieces, so that an answer of any size needs the memory of one piece.
enum FilePieces {
    private static let pieceBytes = 256 * 1024

    /// - Throws: `FileEndedEarly` when the file is shorter than was promised to the client.
    static func read(
        _ path: String, from offset: Int64, length: Int64, _ use: (ByteBuffer) async throws -> Void
    ) async throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(offset))
        var left = Int(length)
        while left > 0 {
            guard let piece = try file.read(upToCount: min(left, pieceBytes)), !piece.isEmpty else {
                throw FileEndedEarly(path: path, missingBytes: left)
            }
            left -= piece.count
            try await use(ByteBuffer(bytes: piece))
        }
    }
}

extension Channel {
    /// Writes an answer whose body lies in a file, a piece when the one before it has gone. Reading blocks, so it is not
    /// done on the event loop.
    ///
    /// - Returns: whether all of it went; when not, the client can only be told by closing.
    func write(
        _ head: HTTPResponseHead, filePiecesOf path: String, from offset: Int64, length: Int64
    ) async -> Bool {
        do {
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await writeAndFlush(HTTPServerResponsePart.head(head))
                try await FilePieces.read(path, from: offset, length: length) { piece in
                    try await writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(piece)))
                }
                try await writeAndFlush(HTTPServerResponsePart.end(nil))
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
