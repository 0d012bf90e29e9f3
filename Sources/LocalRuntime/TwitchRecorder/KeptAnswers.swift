import FoundationEssentials
import HTTPTransport
import Synchronization
import Twitch

/// Passes requests on and keeps what Helix answers, byte by byte.
final class KeptAnswers: HTTPClient {
    private struct State {
        /// Of each attempt at a walk; what is asked for outside of walks is one attempt.
        var attempts: [[[UInt8]]] = []
        var requests = 0
    }

    private let http: any HTTPClient
    private let apiURL: String
    private let secrets: [String]
    private let state = Mutex(State())

    init(_ http: any HTTPClient, _ settings: RecorderSettings) {
        self.http = http
        apiURL = settings.apiURL
        secrets = [settings.secret, settings.credentials.clientID]
    }

    var requestCount: Int { state.withLock { $0.requests } }

    /// - Throws: `RecorderError.answerTellsSecret`, besides what the transport throws.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await http.send(request)
        guard request.url.hasPrefix(apiURL) else { return response }
        state.withLock { $0.requests += 1 }
        // What the client will ask for again is no part of a recording.
        guard response.status == 200, Self.isPage(response.body) else { return response }
        let path = String(request.url.dropFirst(apiURL.count).prefix { $0 != "?" })
        guard !tellsSecret(of: request, response.body) else { throw RecorderError.answerTellsSecret(path: path) }
        state.withLock { state in
            // A walk that a refused cursor stops begins anew, without one.
            let beginsWalk = path == "/streams" && !request.url.contains("&after=")
            if beginsWalk || state.attempts.isEmpty { state.attempts.append([]) }
            state.attempts[state.attempts.count - 1].append(response.body)
        }
        return response
    }

    /// What was kept since the last time, attempt by attempt.
    func take() -> [[[UInt8]]] {
        state.withLock { state in
            defer { state.attempts = [] }
            return state.attempts
        }
    }

    private func tellsSecret(of request: HTTPRequest, _ body: [UInt8]) -> Bool {
        let token = request.headers["Authorization"]?.split(separator: " ").last.map(String.init)
        let text = String(decoding: body, as: UTF8.self)
        // Twitch's have thirty characters; what is much shorter stands in any text.
        return (secrets + [token ?? ""]).contains { $0.utf8.count >= 8 && text.contains($0) }
    }

    private static func isPage(_ body: [UInt8]) -> Bool {
        (try? JSONDecoder().decode(HelixPage<GetStreams.Item>.self, from: Data(body))) != nil
    }
}
