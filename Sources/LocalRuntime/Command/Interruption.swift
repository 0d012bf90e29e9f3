import Dispatch
import Glibc

/// Ctrl-C and SIGTERM, as the end of a scope rather than of the process.
enum Interruption {
    /// Where the handler of a signal writes to. It is set before the first handler is, and never again closed.
    nonisolated(unsafe) private static var writingEnd: Int32 = -1

    /// Returns at the first SIGINT or SIGTERM after the call, or when the task is cancelled.
    ///
    /// A handler of our own keeps each in a pipe. Dispatch's sources for signals register only some time after they are
    /// made, and lose what comes before that.
    static func wait() async {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { preconditionFailure("no pipe for signals: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writingEnd = ends[1]
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                var byte: UInt8 = 1
                _ = write(Interruption.writingEnd, &byte, 1)
            }
        }
        let (signals, caught) = AsyncStream<Void>.makeStream()
        let source = DispatchSource.makeReadSource(fileDescriptor: ends[0])
        source.setEventHandler { caught.yield() }
        source.setCancelHandler { [readingEnd = ends[0]] in close(readingEnd) }
        source.resume()
        _ = await signals.first { _ in true }
        source.cancel()
    }
}
