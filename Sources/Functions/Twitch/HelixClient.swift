import FoundationEssentials
package import HTTPTransport
import Synchronization

/// Asks Helix: adds the token, keeps to the rate, asks again where that can help.
///
/// https://dev.twitch.tv/docs/api/guide/
package final class HelixClient: Sendable {
    private let apiURL: String
    private let tokens: AppAccessTokens
    private let http: any HTTPClient
    private let time: TimeAndChance
    private let rules: RetryRules
    private let rateLimit = Mutex(RateLimit())
    private let sent = Mutex(0)

    /// - Parameter apiURL: the base address, normally `https://api.twitch.tv/helix`; a slash at its end does no harm.
    package init(
        apiURL: String, tokens: AppAccessTokens, http: any HTTPClient,
        time: TimeAndChance = .real, rules: RetryRules = .twitch
    ) {
        var address = apiURL
        while address.utf8.last == UInt8(ascii: "/") { address.removeLast() }
        self.apiURL = address
        self.tokens = tokens
        self.http = http
        self.time = time
        self.rules = rules
    }

    /// Helix requests sent by this client so far, repeated ones included.
    package var requestCount: Int {
        sent.withLock { $0 }
    }

    /// One page.
    ///
    /// - Parameter deadline: time since the epoch after which nothing is begun.
    /// - Throws: `TwitchError`, what the credentials' source throws, or `CancellationError`.
    package func get<Endpoint: HelixEndpoint>(
        _ endpoint: Endpoint, deadline: Duration
    ) async throws -> HelixPage<Endpoint.Item> {
        var retries = Retries(rules, path: Endpoint.path, deadline: deadline)
        var issued = try await tokens.current(deadline: deadline)
        var isRenewed = false
        while true {
            try await waitForTurn(path: Endpoint.path, deadline: deadline)
            switch try await exchange(endpoint, issued, timeout: retries.timeout(at: time.now())) {
            case .page(let page): return page
            case .tokenRefused(let body):
                guard !isRenewed else { throw TwitchError.tokenRefused(status: 401, body: body) }
                isRenewed = true
                issued = try await tokens.replacement(for: issued, deadline: deadline)
            case .failure(let failure):
                try await time.sleep(retries.delay(after: failure, now: time.now(), random: time.random()))
            }
        }
    }

    private enum Verdict<Item: Decodable & Sendable> {
        case page(HelixPage<Item>)
        case tokenRefused(body: String)
        case failure(Retries.Failure)
    }

    /// Judges by the status alone: Twitch's message texts are not stable.
    private func exchange<Endpoint: HelixEndpoint>(
        _ endpoint: Endpoint, _ issued: AppAccessTokens.Issued, timeout: Duration
    ) async throws -> Verdict<Endpoint.Item> {
        let response: HTTPResponse
        do {
            response = try await send(endpoint, issued, timeout: timeout)
        } catch let error as HTTPTransportError {
            return .failure(.transport(error))
        }
        switch response.status {
        case 200:
            do {
                return .page(try JSONDecoder().decode(HelixPage<Endpoint.Item>.self, from: Data(response.body)))
            } catch {
                return .failure(.unreadable(reason: Self.reason(error), body: response.bodyStart))
            }
        case 401: return .tokenRefused(body: response.bodyStart)
        case 429: return .failure(.limited(reset: rateLimit.withLock { $0.resetAfterRefusal }))
        case 500...: return .failure(.server(status: response.status, body: response.bodyStart))
        default:
            throw TwitchError.requestRefused(
                path: Endpoint.path, status: response.status, body: response.bodyStart)
        }
    }

    private func send<Endpoint: HelixEndpoint>(
        _ endpoint: Endpoint, _ issued: AppAccessTokens.Issued, timeout: Duration
    ) async throws -> HTTPResponse {
        sent.withLock { $0 += 1 }
        let query = endpoint.query.isEmpty ? "" : "?" + endpoint.query.queryString
        let response = try await http.send(
            HTTPRequest(
                url: apiURL + Endpoint.path + query,
                headers: [
                    "Authorization": "Bearer \(issued.token.text)", "Client-Id": issued.clientID,
                    "Accept": "application/json",
                ],
                timeout: timeout))
        rateLimit.withLock { $0.note(response.headers) }
        return response
    }

    private func waitForTurn(path: String, deadline: Duration) async throws {
        let now = time.now()
        let (delay, reset) = rateLimit.withLock { limit in
            let reset = limit.reset
            return (limit.turn(at: now), reset)
        }
        guard now + delay < deadline else { throw TwitchError.rateLimited(path: path, reset: reset, attempts: 0) }
        if delay > .zero { try await time.sleep(delay) }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "not JSON" }
        return switch error {
        case .keyNotFound(let key, _): "no \(key.stringValue)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
        default: "not JSON"
        }
    }
}
