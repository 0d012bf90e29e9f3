import CLinux
import CloudWatchLogs
// A dispatch source may be used from any thread; Linux's Dispatch does not declare it.
@preconcurrency import Dispatch
import EmulatorClock
import Glibc
import Synchronization

/// The log of one execution environment: what its processes print, through a pipe, and what the platform says of them.
final class LogStream: Sendable {
    private struct State {
        /// An unfinished line.
        var partial: [UInt8] = []
        /// What the present invocation has logged, when its caller asked for it.
        var tail: [UInt8]?
        var buffer = [UInt8](repeating: 0, count: 16_384)
    }

    /// A line longer than this is cut in two, as CloudWatch Logs does with its largest event, in bytes.
    private static let longestLine = 262_144 - 26

    /// The end that processes write to.
    let writingEnd: Int32
    private let readingEnd: Int32
    private let state = Mutex(State())
    private let emit: @Sendable (LogText) -> Void
    private let readable: any DispatchSourceRead

    /// - Parameter emit: takes each finished line, without its line end.
    init(emit: @escaping @Sendable (LogText) -> Void) throws {
        var ends: (reading: Int32, writing: Int32) = (-1, -1)
        let failure = rivulet_log_pipe(&ends.reading, &ends.writing)
        guard failure == 0 else { throw ChildProcess.StartFailure(code: -failure) }
        (readingEnd, writingEnd) = ends
        self.emit = emit
        readable = DispatchSource.makeReadSource(
            fileDescriptor: ends.reading, queue: DispatchQueue(label: "rivulet.lambda.log"))
        readable.setEventHandler { [weak self] in self?.drain() }
        readable.setCancelHandler { [ends] in
            close(ends.reading)
            close(ends.writing)
        }
        readable.activate()
    }

    /// Takes over what has been printed so far.
    func drain() {
        state.withLock { drain(into: &$0) }
    }

    private func drain(into state: inout State) {
        while true {
            let count = state.buffer.withUnsafeMutableBytes { read(readingEnd, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            take(state.buffer[0..<count], in: &state)
        }
    }

    /// Lines of the platform's own, after all that was printed before.
    func say(_ lines: [String]) {
        say(later: { lines })
    }

    /// The same, put into words when they are written, unless somebody waits for them.
    func say(later lines: @escaping @Sendable () -> [String]) {
        state.withLock { state in
            drain(into: &state)
            add(lines, in: &state)
        }
    }

    /// The same after no more than has been taken over.
    func add(later lines: @escaping @Sendable () -> [String]) {
        state.withLock { add(lines, in: &$0) }
    }

    private func add(_ lines: @escaping @Sendable () -> [String], in state: inout State) {
        finishLine(in: &state)
        guard state.tail != nil else { return emit(.later(lines)) }
        for line in lines() {
            keepInTail(line.utf8, in: &state)
            emit(.line(line))
        }
    }

    /// Begins to keep what is logged, for `LogType=Tail`.
    func beginTail() {
        state.withLock { $0.tail = [] }
    }

    /// The last `limit` bytes since `beginTail`, cut at a line where possible; nil when it was not called.
    func endTail(limit: Int) -> [UInt8]? {
        state.withLock { state in
            defer { state.tail = nil }
            return state.tail.map { Array($0.suffix(limit)) }
        }
    }

    /// Takes what is left and closes the pipe.
    func finish() {
        drain()
        state.withLock { finishLine(in: &$0) }
        readable.cancel()
    }

    private func take(_ bytes: ArraySlice<UInt8>, in state: inout State) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            state.partial.append(contentsOf: rest[..<end])
            log(state.partial, in: &state)
            state.partial.removeAll(keepingCapacity: true)
            rest = rest[(end + 1)...]
        }
        state.partial.append(contentsOf: rest)
        if state.partial.count >= Self.longestLine { finishLine(in: &state) }
    }

    private func finishLine(in state: inout State) {
        guard !state.partial.isEmpty else { return }
        log(state.partial, in: &state)
        state.partial.removeAll(keepingCapacity: true)
    }

    private func log(_ line: [UInt8], in state: inout State) {
        keepInTail(line, in: &state)
        emit(.line(String(decoding: line, as: UTF8.self)))
    }

    private func keepInTail(_ line: some Sequence<UInt8>, in state: inout State) {
        guard state.tail != nil else { return }
        state.tail?.append(contentsOf: line)
        state.tail?.append(UInt8(ascii: "\n"))
    }
}
