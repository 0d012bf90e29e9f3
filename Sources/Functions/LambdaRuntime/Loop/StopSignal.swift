import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the signal handler knows: it can capture nothing, and may only touch lock-free atomics.
private let signalledPipe = Atomic<CInt>(-1)
private let terminations = Atomic<Int>(0)

/// A request to end the loop, as a descriptor that `poll` can wait for beside a socket.
///
/// SIGTERM must not fall between a check and the wait that follows it; a byte in a pipe cannot.
final class StopSignal: Sendable {
    /// Readable for ever once a stop was requested.
    let readEnd: CInt
    private let writeEnd: CInt
    private let hasRequest = Atomic<Bool>(false)
    /// How many SIGTERMs were there before this one listened; negative until it listens.
    private let earlierTerminations = Atomic<Int>(-1)

    init() {
        var ends: (CInt, CInt) = (-1, -1)
        let failure = withUnsafeMutableBytes(of: &ends) { pipe($0.assumingMemoryBound(to: CInt.self).baseAddress) }
        precondition(failure == 0, "no descriptors left for a pipe")
        (readEnd, writeEnd) = ends
        POSIX.closeOnExec(readEnd)
        POSIX.closeOnExec(writeEnd)
        // The handler must never block, however many signals come.
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
    }

    deinit {
        if signalledPipe.compareExchange(expected: writeEnd, desired: -1, ordering: .relaxed).exchanged {
            signal(SIGTERM, SIG_DFL)
        }
        close(readEnd)
        close(writeEnd)
    }

    /// Makes SIGTERM request this stop.
    func listenForTermination() {
        earlierTerminations.store(terminations.load(ordering: .relaxed), ordering: .relaxed)
        signalledPipe.store(writeEnd, ordering: .relaxed)
        var action = sigaction()
        #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = onTermination
        #elseif canImport(Musl)
        action.__sa_handler.sa_handler = onTermination
        #else
        action.__sigaction_handler.sa_handler = onTermination
        #endif
        // A handler's own system calls go on as if nothing had happened.
        action.sa_flags = SA_RESTART
        sigaction(SIGTERM, &action, nil)
    }

    /// Asks for the stop.
    func request() {
        hasRequest.store(true, ordering: .relaxed)
        writeByte(to: writeEnd)
    }

    /// Whether a stop was requested. Asked before each invocation, so it costs no system call.
    var isRequested: Bool {
        let earlier = earlierTerminations.load(ordering: .relaxed)
        return hasRequest.load(ordering: .relaxed) || earlier >= 0 && terminations.load(ordering: .relaxed) > earlier
    }

    /// Waits for a stop, but no longer than `duration`.
    func wait(upTo duration: Duration) {
        var wait = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        let milliseconds = CInt(min(duration, .seconds(3600)) / .milliseconds(1))
        POSIX.wait(&wait, count: 1, milliseconds: milliseconds)
    }
}

/// Runs on whatever thread the signal interrupts: async-signal-safe calls only, and `errno` as it was.
private func onTermination(_ signal: CInt) {
    let before = errno
    terminations.add(1, ordering: .relaxed)
    writeByte(to: signalledPipe.load(ordering: .relaxed))
    errno = before
}

private func writeByte(to descriptor: CInt) {
    var byte: UInt8 = 1
    _ = write(descriptor, &byte, 1)
}
