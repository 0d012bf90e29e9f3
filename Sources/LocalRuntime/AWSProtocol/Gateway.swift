/// The one door: checks who may call at all, finds the service by the request's signature, and hands it over.
package struct Gateway: Sendable {
    private let services: [String: any AWSService]
    private let routes: [String: any OwnRoutes]
    /// What all of them begin with: most paths are told by one look.
    private let routesMark: String
    private let allowedHosts: AllowedHosts
    private let signatures: SignatureCheck?
    private let isTrusted: @Sendable (HTTPRequest) -> Bool
    private let tracer: Tracer
    private let makeRequestID: @Sendable () -> String

    /// - Parameters:
    ///   - routes: the emulator's own routes by path prefix; they need no signature.
    ///   - signatures: verifies the signatures, of which only the shape is asked for when nil.
    ///   - isTrusted: whose signature need not be verified, such as the emulator's own commands.
    ///   - tracer: is told of requests that name a trace.
    package init(
        services: [any AWSService], routes: [String: any OwnRoutes] = [:], allowedHosts: AllowedHosts,
        signatures: SignatureCheck? = nil, isTrusted: @escaping @Sendable (HTTPRequest) -> Bool = { _ in false },
        tracer: Tracer = .off, makeRequestID: @escaping @Sendable () -> String = RequestID.random
    ) {
        self.services = services.reduce(into: [:]) { byName, service in
            service.signingNames.forEach { byName[$0] = service }
        }
        routesMark = routes.keys.allSatisfy { $0.hasPrefix("/_") } ? "/_" : ""
        self.routes = routes
        self.allowedHosts = allowedHosts
        self.signatures = signatures
        self.isTrusted = isTrusted
        self.tracer = tracer
        self.makeRequestID = makeRequestID
    }

    /// - Parameter isOwn: whether this process itself calls; its signature need not be verified.
    package func respond(to http: HTTPRequest, isOwn: Bool = false) async -> HTTPResponse {
        let host = http.headers["host"] ?? ""
        if let refusal = allowedHosts.refusal(of: http) { return Self.plain(refusal) }
        if http.path.hasPrefix(routesMark), let own = routes.first(where: { http.path.hasPrefix($0.key) }) {
            return await own.value.respond(to: http)
        }
        guard let scope = CredentialScope(of: http) else { return unsigned(http) }
        guard let service = services[scope.service] else {
            return Self.refusal(.notImplemented("the service '\(scope.service)'"), to: http)
        }
        let request = AWSRequest(http: http, scope: scope, requestID: makeRequestID(), host: host)
        guard let signatures, !isOwn, !isTrusted(http) else {
            return await tracer.respond(to: request, by: service)
        }
        return await respond(to: request, of: service, signatures)
    }

    private func respond(
        to request: AWSRequest, of service: any AWSService, _ signatures: SignatureCheck
    ) async -> HTTPResponse {
        var request = request
        do {
            (request.http, request.signature) = try await signatures.verify(request.http)
            return await tracer.respond(to: request, by: service)
        } catch let refusal as SignatureRefusal {
            return service.refusal(refusal.wire(Self.voice(of: request)), to: request)
        } catch {
            return service.refusal(
                WireError("RequestEntityTooLarge", "The body could not be read as a whole: \(error)", status: 413),
                to: request)
        }
    }

    private static func voice(of request: AWSRequest) -> SignatureRefusal.Voice {
        if request.scope.service == "s3" { return .s3 }
        if request.http.headers["x-amz-target"] != nil { return .json }
        let isForm = request.http.headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true
        return isForm || request.query.contains { $0.name == "Action" } ? .query : .restJSON
    }

    /// What a caller hears who signs nothing, in the form in which it called.
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    private func unsigned(_ http: HTTPRequest) -> HTTPResponse {
        guard http.headers["x-amz-target"] != nil else {
            let advice = "Missing Authentication Token: sign the request (any key will do) with SigV4."
            return Self.refusal(WireError("MissingAuthenticationToken", advice, status: 403), to: http)
        }
        let version = http.headers["content-type"].flatMap(AWSJSON.Version.init) ?? .v1_0
        return AWSJSON.refusal(
            WireError("MissingAuthenticationTokenException", "Request is missing Authentication Token"), version,
            namespace: "com.amazon.coral.service", requestID: makeRequestID())
    }

    /// An answer on behalf of a service that is not there: callers of the Query protocol send forms and read XML.
    private static func refusal(_ error: WireError, to http: HTTPRequest) -> HTTPResponse {
        guard http.headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true else {
            return plain(error)
        }
        let detail = XMLElement("Error", [XMLElement("Code", error.code), XMLElement("Message", error.message)])
        return HTTPResponse(
            status: error.status, headers: ["Content-Type": "text/xml"],
            body: .bytes(XMLElement("ErrorResponse", [detail]).document))
    }

    /// An answer for a caller of whom nothing is known, not even which format it reads.
    private static func plain(_ error: WireError) -> HTTPResponse {
        let body: JSONValue = ["__type": .string(error.code), "message": .string(error.message)]
        return HTTPResponse(
            status: error.status, headers: ["Content-Type": "application/json", "x-amzn-ErrorType": error.code],
            body: .bytes(body.bytes))
    }
}

/// Routes that are the emulator's own, not AWS's, told by a path prefix such as `/_rivulet/`.
package protocol OwnRoutes: Sendable {
    func respond(to request: HTTPRequest) async -> HTTPResponse
}
