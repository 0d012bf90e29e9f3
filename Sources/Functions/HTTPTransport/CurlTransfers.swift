import CCurl

/// The transfers under way, each on a libcurl handle; used on the loop's thread only.
final class CurlTransfers {
    private let multi: UnsafeMutableRawPointer
    private let settings: CurlSettings
    private var running: [UnsafeMutableRawPointer: CurlTransfer] = [:]

    /// Handles at rest, which remember TLS sessions.
    private var idle: [UnsafeMutableRawPointer] = []
    private let idleLimit = 16

    init(_ multi: UnsafeMutableRawPointer, _ settings: CurlSettings) {
        self.multi = multi
        self.settings = settings
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
    }

    func start(_ transfer: CurlTransfer) {
        guard !transfer.isCancelled else {
            return transfer.finish(.failure(CancellationError()))
        }
        guard let easy = idle.popLast() ?? ccurl_easy_init() else {
            return transfer.finish(.failure(HTTPTransportError.failed("libcurl has no memory left")))
        }
        let code = CurlOptions(easy: easy).apply(transfer, settings)
        guard code == CURLE_OK else {
            ccurl_easy_cleanup(easy)
            return transfer.finish(transfer.result(code))
        }
        let added = ccurl_multi_add(multi, easy)
        guard added == CURLM_OK else {
            ccurl_easy_cleanup(easy)
            return transfer.finish(.failure(HTTPTransportError.failed("libcurl refused the transfer (\(added))")))
        }
        running[easy] = transfer
    }

    func cancel(_ transfer: CurlTransfer) {
        // Finished just before, or not started yet: then the start sees the mark.
        guard let easy = running.first(where: { $0.value === transfer })?.key else { return }
        remove(easy)
        transfer.finish(.failure(CancellationError()))
    }

    /// Moves every transfer as far as its socket allows, and finishes those that are done.
    func perform() {
        _ = ccurl_multi_perform(multi)
        var code = CURLE_OK
        while let easy = ccurl_multi_next_finished(multi, &code) {
            guard let transfer = running[easy] else { continue }
            remove(easy)
            transfer.finish(transfer.result(code))
        }
    }

    /// Frees everything. Nobody waits any more: a waiting `send` keeps its client alive.
    func close() {
        for easy in running.keys { remove(easy) }
        for easy in idle { ccurl_easy_cleanup(easy) }
        ccurl_multi_cleanup(multi)
    }

    private func remove(_ easy: UnsafeMutableRawPointer) {
        running[easy] = nil
        _ = ccurl_multi_remove(multi, easy)
        if idle.count < idleLimit {
            // Also forgets the transfer's addresses, which end with it.
            ccurl_easy_reset(easy)
            idle.append(easy)
        } else {
            ccurl_easy_cleanup(easy)
        }
    }
}

extension CurlTransfer {
    func finish(_ result: Result<HTTPResponse, any Error>) {
        continuation?.resume(with: result)
        continuation = nil
    }
}
