package import AWSProtocol
package import EmulatorClock

/// A fake of Twitch on loopback: app tokens and the Helix endpoints that the pipeline calls, over a seeded world or over
/// recorded pages. What Twitch does oddly, it does too (TWITCH_FACTS 1-4).
package final class TwitchSimulator: Sendable {
    /// Where the streams come from.
    package enum Source: Sendable {
        case world(World)
        case recording(Recording)
    }

    private let tokens: AppTokens
    private let bucket: RateBucket
    private let directory: any Directory

    /// - Parameter tokenLifetime: how long an app token lives; Twitch's last about 60 days.
    package init(
        _ source: Source, application: TwitchApplication, clock: any Timekeeper,
        tokenLifetime: Duration = .seconds(5_011_271)
    ) {
        tokens = AppTokens(application: application, lifetime: tokenLifetime, clock: clock)
        bucket = RateBucket(limit: 800, refillPerMinute: 800, clock: clock)
        directory =
            switch source {
            case .world(let world): LiveDirectory(world: world, clock: clock)
            case .recording(let recording): recording
            }
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        do {
            switch (request.method, request.path) {
            case ("POST", "/oauth2/token"): return try await tokens.issue(request)
            case ("GET", "/oauth2/validate"): return try tokens.validate(request)
            case ("POST", "/oauth2/revoke"): return try await tokens.revoke(request)
            case (_, let path) where path.hasPrefix("/helix/"): return try helix(request)
            default: throw HelixError.notFound(request.path)
            }
        } catch let error as HelixError {
            return error.response
        } catch {
            return HTTPResponse(status: 400)
        }
    }

    /// Makes every token issued so far invalid.
    package func revokeTokens() {
        tokens.revokeAll()
    }

    private func helix(_ request: HTTPRequest) throws -> HTTPResponse {
        try tokens.check(request)
        let headers: HTTPHeaders
        do {
            headers = try bucket.take()
        } catch HelixError.tooManyRequests(let reset) {
            var refusal = HelixError.tooManyRequests(resetSeconds: reset).response
            bucket.headers(remaining: 0, reset: reset).fields.forEach { refusal.headers.add($0.name, $0.value) }
            return refusal
        }
        let query = HelixQuery(request.query)
        var response: HTTPResponse
        switch (request.method, request.path) {
        case ("GET", "/helix/streams"): response = .helix(try directory.streams(query))
        case ("GET", "/helix/games"): response = .helix(try directory.games(query))
        case ("GET", "/helix/users"): response = .helix(try directory.users(query))
        default: throw HelixError.notSimulated("\(request.method) \(request.path)")
        }
        headers.fields.forEach { response.headers.add($0.name, $0.value) }
        return response
    }
}

/// What stands behind the Helix endpoints.
protocol Directory: Sendable {
    func streams(_ query: HelixQuery) throws -> JSONValue
    func games(_ query: HelixQuery) throws -> JSONValue
    func users(_ query: HelixQuery) throws -> JSONValue
}

/// A query string with Helix's rules: keys repeat, at most 100 values in sum.
struct HelixQuery: Sendable {
    private let pairs: [(name: String, value: String)]

    init(_ text: String) {
        pairs = PercentEncoding.pairs(text)
    }

    subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// All values of the keys.
    ///
    /// - Throws: `HelixError.tooMany` past 100 of them.
    func values(_ names: String...) throws -> [String] {
        let values = pairs.filter { names.contains($0.name) }.map(\.value)
        guard values.count <= 100 else { throw HelixError.tooMany(parameter: names[0]) }
        return values
    }

    /// `first`: 1 to 100, 20 by default.
    func pageSize() throws -> Int {
        guard let text = self["first"] else { return 20 }
        guard let size = Int(text), (1...100).contains(size) else { throw HelixError.malformedFirst }
        return size
    }
}
