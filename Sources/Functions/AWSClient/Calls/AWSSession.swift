package import FoundationEssentials
package import HTTPTransport

/// What all clients share: who calls and where, the transport, the retries, and how long there is.
package struct AWSSession: Sendable {
    let configuration: AWSConfiguration
    let http: any HTTPClient
    let retry: RetryPolicy
    let time: CallTime
    let tryTimeout: Duration
    private let quota = RetryQuota()
    private var deadline: Date?

    /// - Parameter tryTimeout: the time-out of one try, when no deadline makes it shorter.
    package init(
        _ configuration: AWSConfiguration, http: any HTTPClient, retry: RetryPolicy = .standard,
        time: CallTime = .system, tryTimeout: Duration = .seconds(30)
    ) {
        self.configuration = configuration
        self.http = http
        self.retry = retry
        self.time = time
        self.tryTimeout = tryTimeout
    }

    /// The same session with an end: no try lasts beyond `deadline`, and no retry begins that could not end before it.
    ///
    /// For an invocation, take its deadline less the time that reporting an error needs.
    package func until(_ deadline: Date?) -> AWSSession {
        var copy = self
        copy.deadline = deadline
        return copy
    }

    /// Sends the call until it succeeds, fails for good, or the tries or the time are used up; then its last error.
    func send(_ call: AWSCall) async throws -> HTTPResponse {
        var tried = 0
        while true {
            tried += 1
            do {
                let response = try await attempt(call)
                quota.giveBack(afterRetry: tried > 1)
                return response
            } catch {
                guard RetryPolicy.isTransient(error), tried < retry.tries, quota.take(),
                    try await pause(after: tried, asked: (error as? AWSError)?.retryAfter)
                else { throw error }
            }
        }
    }

    /// Sleeps before the next try; false, at once, when there is no time for it.
    func pause(after tried: Int, asked: Duration? = nil) async throws -> Bool {
        guard let pause = retry.pause(after: tried, asked: asked, random: time.random()) else { return false }
        if let deadline, time.duration(until: deadline) <= pause { return false }
        try await time.sleep(pause)
        return true
    }

    private func attempt(_ call: AWSCall) async throws -> HTTPResponse {
        var request = call.request
        request.timeout = tryTimeout
        if let trace = configuration.trace.value { request.headers[TraceHeader.name] = trace }
        if let deadline {
            let left = time.duration(until: deadline)
            guard left > .zero else { throw AWSCallError.deadlinePassed(call.service, operation: call.operation) }
            request.timeout = min(tryTimeout, left)
        }
        let signer = SigV4(
            credentials: configuration.credentials, region: configuration.region, service: call.service.signingName)
        let response = try await http.send(signer.sign(request, at: time.now()))
        if let error = call.error(in: response) { throw error }
        return response
    }
}

/// One operation on its way to a service.
struct AWSCall {
    let service: AWSService
    let operation: String
    let request: HTTPRequest

    /// The refusal in an answer, or nil.
    func error(in response: HTTPResponse) -> (any Error)? {
        switch service {
        case .s3: S3Wire.error(in: response, operation: operation)
        case .dynamoDB: DynamoDBWire.error(in: response, operation: operation)
        case .secretsManager, .sqs, .ssm: JSONWire.error(in: response, service, operation: operation)
        }
    }
}

extension HTTPResponse {
    /// `Retry-After` in seconds; AWS does not use its date form.
    var retryAfter: Duration? {
        headers["Retry-After"].flatMap(Int.init).flatMap { $0 >= 0 ? .seconds($0) : nil }
    }
}
