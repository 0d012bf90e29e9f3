package import HTTPTransport

/// The one app access token of this process: asked for at first use, kept until shortly before its expiry. Where instances
/// share their tokens, it is theirs, and only one of them asks at a time.
package actor AppAccessTokens {
    private let tokenURL: String
    private let credentials: @Sendable () async throws -> ClientCredentials
    private let http: any HTTPClient
    private let time: TimeAndChance
    private let rules: RetryRules
    private let shared: (any SharedTokens)?
    private var cached: Issued?
    private var renewal: Task<Issued, any Error>?

    /// A token and the client it belongs to; Helix wants both.
    struct Issued: Sendable {
        let token: AppAccessToken
        let clientID: String
    }

    /// - Parameters:
    ///   - tokenURL: the whole address, normally `https://id.twitch.tv/oauth2/token`.
    ///   - shared: where the instances keep their token; nil when each has its own.
    ///   - credentials: called once for each token, so that a rotated secret is found at the next renewal.
    package init(
        tokenURL: String, shared: (any SharedTokens)? = nil,
        credentials: @escaping @Sendable () async throws -> ClientCredentials,
        http: any HTTPClient, time: TimeAndChance = .real, rules: RetryRules = .twitch
    ) {
        self.tokenURL = tokenURL
        self.shared = shared
        self.credentials = credentials
        self.http = http
        self.time = time
        self.rules = rules
    }

    /// The cached token, or a new one.
    func current(deadline: Duration) async throws -> Issued {
        if let cached, cached.token.isFresh(at: time.now()) { return cached }
        return try await renewed(otherThan: nil, deadline: deadline)
    }

    /// A token other than `refused`: the one that somebody else renewed meanwhile, or a new one.
    func replacement(for refused: Issued, deadline: Duration) async throws -> Issued {
        if cached?.token == refused.token { cached = nil }
        if let cached, cached.token.isFresh(at: time.now()) { return cached }
        return try await renewed(otherThan: refused.token, deadline: deadline)
    }

    /// Callers that need a token at the same time share one request. It is a task of its own, because one caller's
    /// cancellation must not take the token from the others; and it stores the token itself, so that no caller can
    /// refuse the token before it is stored.
    private func renewed(otherThan refused: AppAccessToken?, deadline: Duration) async throws -> Issued {
        if let renewal { return try await renewal.value }
        let task = Task {
            defer { renewal = nil }
            let issued =
                if let shared {
                    try await agreed(on: shared, otherThan: refused, deadline: deadline)
                } else {
                    try await request(deadline: deadline)
                }
            cached = issued
            return issued
        }
        renewal = task
        return try await task.value
    }

    /// The token that the instances share, or the next one, when it is this instance's turn to ask.
    private func agreed(
        on shared: any SharedTokens, otherThan refused: AppAccessToken?, deadline: Duration
    ) async throws -> Issued {
        var refused = refused
        while true {
            let seen = try await shared.read()
            if let token = seen.token, token.text != refused?.text, token.isFresh(at: time.now()) {
                let isRefused = try await isRefused(token, clientID: shared.clientID, deadline: deadline)
                guard isRefused else { return Issued(token: token, clientID: shared.clientID) }
                refused = token
            }
            let now = time.now()
            if try await shared.takeTurn(after: seen, at: now, until: now + Self.turn) {
                let issued = try await request(deadline: deadline)
                try await shared.write(issued.token, after: seen)
                return issued
            }
            guard now + Self.patience < deadline else { throw TwitchError.deadlineReached(path: "/oauth2/token") }
            try await time.sleep(Self.patience)
        }
    }

    private func isRefused(_ token: AppAccessToken, clientID: String, deadline: Duration) async throws -> Bool {
        let timeout = min(rules.requestTimeout, deadline - time.now())
        guard timeout > .zero else { throw TwitchError.deadlineReached(path: "/oauth2/validate") }
        do {
            let check = TokenValidation(tokenURL: tokenURL, token: token, timeout: timeout)
            return TokenValidation.isRefusal(try await http.send(check.http), clientID: clientID)
        } catch is HTTPTransportError {
            return false
        }
    }

    /// How long one instance may take to bring a token before another tries: five attempts of a request take longer, but
    /// one is enough.
    private static let turn = Duration.seconds(15)
    /// Between two looks at what another instance brings.
    private static let patience = Duration.milliseconds(250)

    private func request(deadline: Duration) async throws -> Issued {
        let credentials = try await credentials()
        var retries = Retries(rules, path: "/oauth2/token", deadline: deadline)
        while true {
            let request = TokenRequest(
                tokenURL: tokenURL, credentials: credentials, timeout: try retries.timeout(at: time.now()))
            switch try await exchange(request) {
            case .success(let answer):
                return Issued(token: answer.token(issuedAt: time.now()), clientID: credentials.clientID)
            case .failure(let failure):
                try await time.sleep(retries.delay(after: failure, now: time.now(), random: time.random()))
            }
        }
    }

    private func exchange(_ request: TokenRequest) async throws -> Result<TokenAnswer, Retries.Failure> {
        let response: HTTPResponse
        do {
            response = try await http.send(request.http)
        } catch let error as HTTPTransportError {
            return .failure(.transport(error))
        }
        switch response.status {
        case 200:
            // The body may hold a token, so none of it is shown.
            guard let answer = try? TokenAnswer(response.body) else {
                return .failure(.unreadable(reason: "no access_token", body: "\(response.body.count) bytes"))
            }
            return .success(answer)
        case 429: return .failure(.limited(reset: nil))
        case 400..<500:
            throw TwitchError.credentialsRefused(status: response.status, body: request.bodyStart(of: response))
        default:
            return .failure(.server(status: response.status, body: request.bodyStart(of: response)))
        }
    }
}
