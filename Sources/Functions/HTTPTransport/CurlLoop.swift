import CCurl
import Glibc
import Synchronization

/// The background thread of a client: it alone touches libcurl's handles, and is told what to do through an inbox.
final class CurlLoop: Sendable {
    private enum Command {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        case stop
    }

    private let inbox = Mutex<[Command]>([])
    private let multi: Multi

    /// libcurl's handle of all transfers, which keeps the connections, names and TLS sessions.
    ///
    /// `@unchecked Sendable` is safe because other threads only wake it, which libcurl allows, and the thread frees it
    /// after `stop`, the last command of a client's life.
    private struct Multi: @unchecked Sendable {
        let handle: UnsafeMutableRawPointer
    }

    init(_ settings: CurlSettings) throws {
        if let reason = ccurl_load() {
            throw HTTPTransportError.unavailable(
                "libcurl cannot be loaded (\(String(cString: reason))); install the package libcurl4 (Debian) or "
                    + "libcurl (Amazon Linux), or put libcurl.so.4 on LD_LIBRARY_PATH.")
        }
        guard let handle = ccurl_multi_init() else { throw HTTPTransportError.failed("libcurl has no memory left") }
        multi = Multi(handle: handle)
        try startThread(settings)
    }

    func start(_ transfer: CurlTransfer, _ continuation: CheckedContinuation<HTTPResponse, any Error>) {
        transfer.continuation = continuation
        tell(.start(transfer))
    }

    /// May come before the transfer's start, which then finds the mark.
    func cancel(_ transfer: CurlTransfer) {
        transfer.markCancelled()
        tell(.cancel(transfer))
    }

    func stop() {
        tell(.stop)
    }

    private func tell(_ command: Command) {
        // Woken under the lock: the thread takes `stop` under it, and frees the handle only afterwards.
        inbox.withLock {
            $0.append(command)
            _ = ccurl_multi_wakeup(multi.handle)
        }
    }

    private func startThread(_ settings: CurlSettings) throws {
        let body = Unmanaged.passRetained(ThreadBody { [self] in run(CurlTransfers(multi.handle, settings)) })
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                blockSignals()
                context.map { Unmanaged<ThreadBody>.fromOpaque($0).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            ccurl_multi_cleanup(multi.handle)
            throw HTTPTransportError.failed("no thread for libcurl: \(String(cString: strerror(code)))")
        }
        pthread_detach(thread)
    }

    private func run(_ transfers: CurlTransfers) {
        while obey(transfers) {
            transfers.perform()
            // As long as libcurl likes: a new command wakes it, and it knows its own time-outs.
            _ = ccurl_multi_poll(multi.handle, .max)
        }
        transfers.close()
    }

    /// Carries out what is in the inbox; false after `stop`.
    private func obey(_ transfers: CurlTransfers) -> Bool {
        let commands = inbox.withLock { inbox in
            defer { inbox = [] }
            return inbox
        }
        for command in commands {
            switch command {
            case .start(let transfer): transfers.start(transfer)
            case .cancel(let transfer): transfers.cancel(transfer)
            case .stop: return false
            }
        }
        return true
    }
}

private final class ThreadBody {
    let run: () -> Void

    init(_ run: @escaping () -> Void) { self.run = run }
}

/// Signals belong to the function's own threads. For SIGPIPE it is more: OpenSSL writes to sockets that may have been
/// closed, and with the signal blocked the write just fails.
private func blockSignals() {
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
}
