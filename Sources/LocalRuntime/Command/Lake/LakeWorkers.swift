import ArgumentParser
import Dispatch
import Glibc
import Lake
import Synchronization

/// Works through partitions on several cores. The results come in the partitions' order, whatever ended first.
struct LakeWorkers {
    private let count: Int

    /// - Parameters:
    ///   - jobs: how many at once; as many as there are cores when nil.
    init(_ jobs: Int?) {
        count = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// As much input as may be at work at a time; a partition that is larger goes alone.
    private static let inputByteLimit = 96 << 20

    /// Runs `work` on each item.
    ///
    /// - Parameters:
    ///   - byteCount: the size of an item's input.
    /// - Throws: `ExitCode.failure` when some failed; each failure stands on standard error by then.
    func run<Key: Sendable, Files: Sendable, Output: Sendable>(
        _ title: String, _ items: [(Key, Files)], byteCount: (Files) throws -> Int,
        _ work: @Sendable (Key, Files) throws -> Output
    ) throws -> [Output] {
        let heaviest = try items.reduce(1) { max($0, try byteCount($1.1)) }
        let count = min(count, items.count, max(1, Self.inputByteLimit / heaviest))
        FreedMemory.keep()
        let next = Atomic(0)
        let state = Mutex(State<Output>(progress: LakeProgress(title, total: items.count), total: items.count))
        DispatchQueue.concurrentPerform(iterations: count) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < items.count else { return }
                let result = Result { try work(items[index].0, items[index].1) }
                state.withLock { $0.finish(index, result) }
            }
        }
        return try state.withLock { state in
            state.progress.end()
            if state.failed { throw ExitCode.failure }
            return state.outputs.compactMap(\.self)
        }
    }

    private struct State<Output: Sendable>: Sendable {
        var progress: LakeProgress
        var outputs: [Output?]
        var failed = false

        init(progress: LakeProgress, total: Int) {
            self.progress = progress
            outputs = Array(repeating: nil, count: total)
        }

        mutating func finish(_ index: Int, _ result: Result<Output, any Error>) {
            switch result {
            case .success(let output): outputs[index] = output
            case .failure(let error):
                failed = true
                progress.tell("error: \(error)")
            }
            progress.advance()
        }
    }
}

/// A bar on standard error while a person watches; nothing else does.
struct LakeProgress: Sendable {
    private let title: String
    private let total: Int
    private let isWatched: Bool
    private var done = 0

    private static let width = 30

    init(_ title: String, total: Int) {
        self.title = title
        self.total = total
        isWatched = isatty(STDERR_FILENO) == 1
    }

    mutating func advance() {
        done += 1
        guard isWatched else { return }
        let filled = Self.width * done / max(1, total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        Self.write("\r\(title) \(bar) \(done)/\(total)")
    }

    /// Prints a line of its own.
    func tell(_ line: String) {
        Self.write((isWatched ? "\r\u{1B}[K" : "") + line + "\n")
    }

    func end() {
        if isWatched { Self.write("\r\u{1B}[K") }
    }

    private static func write(_ text: String) {
        // A progress bar that cannot be written is no reason to stop.
        _ = Glibc.write(STDERR_FILENO, text, text.utf8.count)
    }
}
