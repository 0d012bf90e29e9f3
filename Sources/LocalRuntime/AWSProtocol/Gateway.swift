/// The one door: checks who may call at all, finds the service by the request's signature, and hands it over.
package struct Gateway: Sendable {
    private let services: [String: any AWSService]
    private let routes: [String: any OwnRoutes]
    private let allowedHosts: AllowedHosts
    private let makeRequestID: @Sendable () -> String

    /// - Parameter routes: the emulator's own routes by path prefix; they need no signature.
    package init(
        services: [any AWSService], routes: [String: any OwnRoutes] = [:], allowedHosts: AllowedHosts,
        makeRequestID: @escaping @Sendable () -> String = RequestID.random
    ) {
        self.services = services.reduce(into: [:]) { byName, service in
            service.signingNames.forEach { byName[$0] = service }
        }
        self.routes = routes
        self.allowedHosts = allowedHosts
        self.makeRequestID = makeRequestID
    }

    package func respond(to http: HTTPRequest) async -> HTTPResponse {
        let host = http.headers["host"] ?? ""
        if let refusal = allowedHosts.refusal(of: http) { return Self.plain(refusal) }
        if let own = routes.first(where: { http.path.hasPrefix($0.key) }) { return await own.value.respond(to: http) }
        guard let scope = CredentialScope(of: http) else {
            return Self.plain(
                WireError(
                    "MissingAuthenticationToken",
                    "Missing Authentication Token: sign the request (any key will do) with SigV4.", status: 403))
        }
        guard let service = services[scope.service] else {
            return Self.refusal(.notImplemented("the service '\(scope.service)'"), to: http)
        }
        return await service.respond(
            to: AWSRequest(http: http, scope: scope, requestID: makeRequestID(), host: host))
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
