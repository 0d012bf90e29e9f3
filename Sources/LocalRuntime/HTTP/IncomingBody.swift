import NIOCore
import Synchronization

/// A request's body on its way from the socket to the service. When the service is slower, the socket is not read.
final class IncomingBody: Sendable {
    private struct State {
        var pieces = CircularBuffer<ByteBuffer>()
        var byteCount = 0
        var end: Result<Void, any Error>?
        var isAbandoned = false
        var reader: CheckedContinuation<[UInt8]?, any Error>?
    }

    /// This many bytes wait for the service before the client must.
    private static let mostWaiting = 512 * 1024

    private let state = Mutex(State())
    private let resumeReading: @Sendable () -> Void

    /// - Parameter resumeReading: is called when a full body has room again.
    init(resumeReading: @escaping @Sendable () -> Void) {
        self.resumeReading = resumeReading
    }

    var wantsMore: Bool { state.withLock { $0.isAbandoned || $0.byteCount < Self.mostWaiting } }

    func add(_ piece: ByteBuffer) {
        let reader = state.withLock { state in
            let reader = state.reader.take()
            if reader == nil, !state.isAbandoned {
                state.pieces.append(piece)
                state.byteCount += piece.readableBytes
            }
            return reader
        }
        reader?.resume(returning: Array(piece.readableBytesView))
    }

    func finish() { end(.success(())) }

    func fail(_ error: any Error) { end(.failure(error)) }

    /// Nobody will ask for the rest.
    func abandon() {
        state.withLock { state in
            state.isAbandoned = true
            state.pieces.removeAll()
            state.byteCount = 0
        }
        resumeReading()
    }

    /// The next piece, nil at the end.
    ///
    /// - Throws: `ConnectionClosed` when the client went before the end.
    func next() async throws -> [UInt8]? {
        if let taken = state.withLock({ takePiece(&$0) }) { return deliver(taken) }
        return try await withCheckedThrowingContinuation { enlist($0) }
    }

    /// Waits for what comes next; it may have come since the last look.
    private func enlist(_ reader: CheckedContinuation<[UInt8]?, any Error>) {
        let (piece, end): (Taken?, Result<Void, any Error>?) = state.withLock { state in
            if let piece = takePiece(&state) { return (piece, nil) }
            if state.end == nil { state.reader = reader }
            return (nil, state.end)
        }
        if let piece {
            reader.resume(returning: deliver(piece))
        } else if let end {
            reader.resume(with: end.map { nil })
        }
    }

    private typealias Taken = (piece: ByteBuffer, makesRoom: Bool)

    private func takePiece(_ state: inout State) -> Taken? {
        guard let piece = state.pieces.popFirst() else { return nil }
        let wasFull = state.byteCount >= Self.mostWaiting
        state.byteCount -= piece.readableBytes
        return (piece, wasFull && state.byteCount < Self.mostWaiting)
    }

    private func deliver(_ taken: Taken) -> [UInt8] {
        if taken.makesRoom { resumeReading() }
        return Array(taken.piece.readableBytesView)
    }

    private func end(_ result: Result<Void, any Error>) {
        let reader = state.withLock { state in
            state.end = state.end ?? result
            return state.reader.take()
        }
        reader?.resume(with: result.map { nil })
    }
}
