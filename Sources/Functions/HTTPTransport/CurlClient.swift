import CCurl
import Synchronization

/// HTTP/1.1 through the system's libcurl: many transfers at once on one background thread, connections kept and reused.
///
/// libcurl is opened at the first request, since a function that sends none should not pay for it. Redirects are
/// answers like any other: nothing is sent to a place that the caller did not name.
package final class CurlClient: HTTPClient {
    private let settings: CurlSettings
    private let loop = Mutex<CurlLoop?>(nil)

    /// - Parameters:
    ///   - trust: whom to believe about a server's name.
    ///   - connectTimeout: the share of a request's time-out that connecting may use.
    ///   - bodyLimit: the longest answer that is taken, in bytes.
    package init(
        trust: TrustStore = TrustStore(), connectTimeout: Duration = .seconds(5), bodyLimit: Int = 256 << 20
    ) {
        settings = CurlSettings(trust: trust, connectTimeout: connectTimeout, bodyLimit: bodyLimit)
    }

    deinit {
        // No `send` is under way: each holds the client until it returns.
        loop.withLock { $0?.stop() }
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.validate()
        try Task.checkCancellation()
        let loop = try startedLoop()
        let transfer = CurlTransfer(request, bodyLimit: settings.bodyLimit)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.start(transfer, continuation)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
    }

    private func startedLoop() throws -> CurlLoop {
        try loop.withLock { loop in
            if let loop { return loop }
            let started = try CurlLoop(settings)
            loop = started
            return started
        }
    }
}

/// What all transfers of one client share.
struct CurlSettings: Sendable {
    let trust: TrustStore
    let connectTimeout: Duration
    let bodyLimit: Int
}
