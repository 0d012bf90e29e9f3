import AWSProtocol

/// The emulator's own routes, `/_rivulet/<subject>/…`: what the verbs of the command drive a running emulator with.
///
/// `GET /_rivulet/health` is open to everybody. Every other route asks for the run's token (DESIGN D8) and refuses whatever
/// a page in a browser could send: a request with an `Origin`, and a change whose body does not say that it is JSON.
struct ControlRoutes: OwnRoutes {
    static let prefix = "/_rivulet/"
    /// The header that carries the token.
    static let tokenHeader = "X-Rivulet-Token"
    private static let largestBody = 64 << 20

    private let token: ControlToken
    private let subjects: [String: any ControlSubject]

    init(token: ControlToken, subjects: [any ControlSubject]) {
        self.token = token
        self.subjects = Dictionary(subjects.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        do {
            return Self.response(try await answer(request), status: 200)
        } catch let error as any ServiceError {
            return Self.refusal(error.wire)
        } catch {
            return Self.refusal(.internalFailure(causedBy: error))
        }
    }

    private func answer(_ request: HTTPRequest) async throws -> JSONValue {
        let steps = request.path.dropFirst(Self.prefix.count).split(separator: "/").map(String.init)
        if steps == ["health"], request.method == "GET" {
            return ["status": "ok", "version": .string(RivuletLocal.version)]
        }
        guard request.headers["origin"] == nil else { throw ControlError.fromAPage }
        guard let given = request.headers[Self.tokenHeader], token.matches(given) else { throw ControlError.noToken }
        guard let name = steps.first, let subject = subjects[name] else {
            throw ControlError.noSuchRoute("\(request.method) \(request.path)")
        }
        return try await subject.answer(try await Self.call(request, Array(steps.dropFirst())))
    }

    private static func call(_ request: HTTPRequest, _ steps: [String]) async throws -> ControlCall {
        let query = PercentEncoding.pairs(request.query)
        guard request.method == "POST" else {
            return ControlCall(method: request.method, steps: steps, query: query, body: [:])
        }
        guard request.headers["content-type"]?.hasPrefix("application/json") == true else {
            throw ControlError.notJSON
        }
        let bytes = try await request.body.collect(upTo: largestBody)
        guard let body = bytes.isEmpty ? [:] : (try? JSONValue(parsing: bytes))?.object else {
            throw ControlError.notJSON
        }
        return ControlCall(method: request.method, steps: steps, query: query, body: body)
    }

    private static func refusal(_ error: WireError) -> HTTPResponse {
        response(["error": .string(error.code), "message": .string(error.message)], status: error.status)
    }

    private static func response(_ value: JSONValue, status: Int) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(value.bytes))
    }
}

/// What the routes below `/_rivulet/<name>` answer.
protocol ControlSubject: Sendable {
    /// The first step of its paths.
    var name: String { get }

    /// - Throws: a `ServiceError` for what is refused; whatever else is thrown is a fault of ours.
    func answer(_ call: ControlCall) async throws -> JSONValue
}

/// A call to a subject, its token already checked.
struct ControlCall: Sendable {
    let method: String
    /// The steps of the path after the subject's name.
    let steps: [String]
    let query: [(name: String, value: String)]
    /// The members of a POST's body.
    let body: JSONObject

    /// `GET`, `POST redrive`: what a subject switches over.
    var route: String { ([method] + steps).joined(separator: " ") }

    var unknown: ControlError { .noSuchRoute(route) }

    func text(_ name: String) -> String? {
        body[name]?.string ?? query.last { $0.name == name }?.value
    }

    /// - Throws: `missing`.
    func required(_ name: String) throws -> String {
        guard let text = text(name), !text.isEmpty else { throw ControlError.missing(name) }
        return text
    }

    /// - Throws: `notANumber` for anything but a whole number from one on.
    func count(_ name: String) throws -> Int? {
        guard let value = body[name].map(\.text) ?? query.last(where: { $0.name == name })?.value else { return nil }
        guard let number = Int(value), number > 0 else { throw ControlError.notANumber(name, value) }
        return number
    }
}
