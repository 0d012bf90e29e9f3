import Dispatch
import Glibc
import Synchronization

/// Puts flushed files into place, as many at a time as have gathered, and flushes their folder once for all of them: a
/// name is on disk once its folder is, and each such flush waits for a commit of the file system's journal.
final class GroupFlush: Sendable {
    private struct Job: Sendable {
        let incoming: IncomingFile
        let place: String
        let finish: @Sendable (Result<Void, any Error>) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isRunning = false
    }

    private let folder: String
    private let queue = DispatchQueue(label: "rivulet.s3.flush")
    private let state = Mutex(State())

    init(folder: String) {
        self.folder = folder
    }

    /// Returns once the file stands at `place` and a power cut would not take it away.
    func publish(_ incoming: IncomingFile, at place: String) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(incoming: incoming, place: place) { continuation.resume(with: $0) }
            let mustStart = state.withLock { state in
                state.waiting.append(job)
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if mustStart { queue.async { self.drain() } }
        }
    }

    private func drain() {
        while let jobs = nextJobs() {
            var outcomes = jobs.map { job in Result { try job.incoming.move(to: job.place) } }
            let folderOutcome = Result { try Self.flush(folder: folder) }
            if case .failure = folderOutcome { outcomes = outcomes.map { _ in folderOutcome } }
            zip(jobs, outcomes).forEach { $0.finish($1) }
        }
    }

    private func nextJobs() -> [Job]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// A name is on disk once its folder is.
    static func flush(folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BodyFileError("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw BodyFileError("fsync", folder) }
    }
}
