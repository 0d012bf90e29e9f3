/// Takes a body piece by piece: into memory as long as it fits a row, then into a file.
final class BodyWriter {
    /// A system call takes this many bytes at least; smaller pieces are gathered up to some calls' worth.
    private static let leastWrite_bytes = 32 << 10
    private static let mostGathered_bytes = 256 << 10

    private let bodies: ObjectBodies
    private var buffer: [UInt8] = []
    private var incoming: IncomingFile?

    init(_ bodies: ObjectBodies) {
        self.bodies = bodies
    }

    func append(_ piece: [UInt8]) throws {
        if let incoming, buffer.isEmpty, piece.count >= Self.leastWrite_bytes { return try incoming.write(piece) }
        buffer.isEmpty ? buffer = piece : buffer.append(contentsOf: piece)
        let isOverflowing = incoming == nil && buffer.count > ObjectBodies.inlineLimit_bytes
        if isOverflowing { incoming = try bodies.create() }
        if isOverflowing || buffer.count >= Self.mostGathered_bytes { try spill() }
    }

    /// Copies a stored body behind what came so far.
    func append(_ body: StoredBody, size_bytes: Int64) async throws {
        switch body {
        case .inline(let bytes): try append(bytes)
        case .file(let file):
            let target = try incoming ?? bodies.create()
            incoming = target
            try spill()
            let path = bodies.path(of: file)
            try await bodies.blocking { try target.append(fileAt: path, length: size_bytes) }
        }
    }

    /// The body, durable unless it lies inline: that becomes so with its row.
    func finish() async throws -> StoredBody {
        guard let incoming else { return .inline(buffer) }
        try spill()
        return .file(try await bodies.publish(incoming))
    }

    private func spill() throws {
        guard let incoming, !buffer.isEmpty else { return }
        try incoming.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
