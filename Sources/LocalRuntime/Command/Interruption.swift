import Dispatch
import Glibc

/// Ctrl-C and SIGTERM, as the end of a scope rather than of the process.
enum Interruption {
    /// Returns at the first SIGINT or SIGTERM.
    static func wait() async {
        let (signals, caught) = AsyncStream<Void>.makeStream()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { caught.yield() }
            source.resume()
            return source
        }
        _ = await signals.first { _ in true }
        sources.forEach { $0.cancel() }
    }
}
