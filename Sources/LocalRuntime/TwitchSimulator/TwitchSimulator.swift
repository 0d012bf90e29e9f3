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
    private let defects: DefectSchedule
    private let clock: any Timekeeper

    /// - Parameters:
    ///   - tokenLifetime: how long an app token lives; Twitch's last about 60 days.
    ///   - defects: what it does wrong from the start; `/defects` changes it.
    package init(
        _ source: Source, application: TwitchApplication, clock: any Timekeeper,
        tokenLifetime: Duration = .seconds(5_011_271), defects: TwitchDefects = .none
    ) {
        tokens = AppTokens(application: application, lifetime: tokenLifetime, clock: clock)
        self.clock = clock
        self.defects = DefectSchedule(defects)
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
            case (_, let path) where path.hasPrefix("/helix/"): return try await helix(request)
            case (_, DefectSchedule.path): return try defects.respond(to: request)
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

    private func helix(_ request: HTTPRequest) async throws -> HTTPResponse {
        let query = HelixQuery(request.query)
        let strikes = defects.strikes(path: request.path, isLaterPage: query["after"] != nil)
        if strikes.contains(.deadToken) { tokens.revokeAll() }
        try tokens.check(request)
        if strikes.contains(.slow) { try await clock.sleep(until: clock.now + Self.slowness) }
        if strikes.contains(.tooManyRequests) { bucket.close(for: Self.closure) }
        let headers: HTTPHeaders
        do {
            headers = try bucket.take()
        } catch HelixError.tooManyRequests(let reset) {
            var refusal = HelixError.tooManyRequests(resetSeconds: reset).response
            bucket.headers(remaining: 0, reset: reset).fields.forEach { refusal.headers.add($0.name, $0.value) }
            return refusal
        }
        if strikes.contains(.htmlError) { return .errorPage }
        // A refused request costs its point, too, and tells so.
        var response: HTTPResponse
        do {
            response = .helix(try answer(request, query, strikes))
        } catch let error as HelixError {
            response = error.response
        }
        headers.fields.forEach { response.headers.add($0.name, $0.value) }
        return strikes.contains(.reset) ? response.cutInTheMiddle : response
    }

    private func answer(
        _ request: HTTPRequest, _ query: HelixQuery, _ strikes: Set<TwitchDefect>
    ) throws -> JSONValue {
        switch (request.method, request.path) {
        case ("GET", "/helix/streams"): try directory.streams(query, strikes)
        case ("GET", "/helix/games"): try directory.games(query)
        case ("GET", "/helix/games/top"): try directory.topGames(query)
        case ("GET", "/helix/users"): try directory.users(query)
        case ("GET", "/helix/channels"): try directory.channels(query)
        default: throw HelixError.notSimulated("\(request.method) \(request.path)")
        }
    }

    private static let slowness = Duration.seconds(12)
    private static let closure = Duration.seconds(5)
}

/// What stands behind the Helix endpoints.
protocol Directory: Sendable {
    func streams(_ query: HelixQuery) throws -> JSONValue
    func games(_ query: HelixQuery) throws -> JSONValue
    func topGames(_ query: HelixQuery) throws -> JSONValue
    func users(_ query: HelixQuery) throws -> JSONValue
    func channels(_ query: HelixQuery) throws -> JSONValue
    /// A cursor that leads to the first page.
    var firstCursor: String { get }
    /// A cursor that leads behind the last page.
    var endCursor: String { get }
}

extension Directory {
    /// One page of a list whose cursor is an offset, as that of `GET /games/top`.
    func page(of items: [JSONValue], _ query: HelixQuery) throws -> JSONValue {
        let size = try query.pageSize()
        guard query["before"] == nil else { throw HelixError.notSimulated("the parameter before") }
        let start = try query["after"].map(Cursor.offset) ?? 0
        let data = items.dropFirst(start).prefix(size)
        let isLast = start + data.count >= items.count
        return [
            "data": .array(Array(data)),
            "pagination": isLast ? [:] : ["cursor": .string(Cursor.text(offset: start + data.count))],
        ]
    }
}

/// A query string with Helix's rules: keys repeat, at most 100 values in sum.
struct HelixQuery: Sendable {
    private var pairs: [(name: String, value: String)]

    init(_ text: String) {
        pairs = PercentEncoding.pairs(text)
    }

    subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// The same query with another value of a key.
    func setting(_ name: String, to value: String) -> HelixQuery {
        var query = self
        query.pairs = pairs.filter { $0.name != name } + [(name, value)]
        return query
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
